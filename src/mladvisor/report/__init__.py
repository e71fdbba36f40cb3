"""A `Story` as text for a terminal, Markdown, HTML, or the JSON document of the public contract."""
