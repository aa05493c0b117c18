"""The door for assistants: the Model Context Protocol, with a person's own key and rights.

`tools` lists what an assistant can do, `reading` and `writing` do it, `calls` is what every call goes through, `shapes`
is what goes in and comes out, `server` says it in the protocol, over stdio (`stdio`) and over HTTP (`http`).
"""
