"""Runs over HTTP: routes for JupyterLab's server, and a small server of their own for `nbmlops ui`.

The only home of jupyter_server and tornado.
"""
