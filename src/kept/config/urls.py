"""Which door an address leads to."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("api/v1/", include("kept.api.v1.urls")),
    path("mcp", include("kept.api.mcp.urls")),
    path("scim/v2/", include("kept.api.scim.urls")),
    path("", include("kept.web.urls")),
]
