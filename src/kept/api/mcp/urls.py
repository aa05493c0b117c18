"""The address of the server for assistants, /mcp."""

from __future__ import annotations

import importlib

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
@login_not_required
def endpoint(request: HttpRequest) -> HttpResponse:
    """The server. It is loaded with the first call: the protocol's library takes longer to load than all pages."""
    answer: HttpResponse = importlib.import_module("kept.api.mcp.http").endpoint(request)
    return answer


app_name = "mcp"
urlpatterns = [path("", endpoint, name="endpoint")]
