"""The terminal app. It shows a consultation and passes answers on; it never judges a run and holds no fact about ML.

`actions` is the registry of everything a person can do; `case` the state behind the screens, without Textual; `screens`
one module a screen, imported when it is first shown; `widgets` what they are made of. Start it with `app.run`.
"""
