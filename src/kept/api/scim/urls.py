"""The addresses of SCIM, under /scim/v2."""

from __future__ import annotations

from django.urls import path, re_path

from kept.api.scim import discovery, views
from kept.api.scim.http import endpoint

app_name = "scim"
urlpatterns = [
    path("ServiceProviderConfig", endpoint(GET=discovery.service_provider_config), name="config"),
    path("ResourceTypes", endpoint(GET=discovery.resource_types), name="resource-types"),
    path("ResourceTypes/<str:key>", endpoint(GET=discovery.resource_types), name="resource-type"),
    path("Schemas", endpoint(GET=discovery.schemas), name="schemas"),
    path("Schemas/<str:key>", endpoint(GET=discovery.schemas), name="schema"),
    path("Users", endpoint(GET=views.list_users, POST=views.create_user), name="users"),
    path(
        "Users/<str:key>",
        endpoint(GET=views.read_user, PUT=views.replace_user, PATCH=views.patch_user, DELETE=views.delete_user),
        name="user",
    ),
    path("Groups", endpoint(GET=views.list_groups, POST=views.create_group), name="groups"),
    path(
        "Groups/<str:key>",
        endpoint(GET=views.read_group, PUT=views.replace_group, PATCH=views.patch_group, DELETE=views.delete_group),
        name="group",
    ),
    re_path(
        r"^(?P<rest>.*)$",
        endpoint(GET=views.nowhere, POST=views.nowhere, PUT=views.nowhere, PATCH=views.nowhere, DELETE=views.nowhere),
        name="nowhere",
    ),
]
