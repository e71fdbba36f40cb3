"""The expression language of rules: text -> tree -> checked, compiled closures. Never `eval`.

`parse` makes the tree, `compile_*` checks names and types and makes closures over a `Scope` of values, `show` prints a
tree. The semantics (Kleene logic, degrees, standard errors) are described in `values`.
"""
