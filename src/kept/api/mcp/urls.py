"""The address of the server for assistants, /mcp."""

from __future__ import annotations

from django.urls import path

from kept.api.mcp import http

app_name = "mcp"
urlpatterns = [path("", http.endpoint, name="endpoint")]
