"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from kept.web.views import desk, people, promise
from kept.web.views.sign_in_link import sign_in_link

app_name = "web"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("ask/", promise.ask, name="ask"),
    path("offer/", promise.offer, name="offer"),
    path("promises/<int:promise_id>/", promise.promise, name="promise"),
    path("promises/<int:promise_id>/<slug:name>/", promise.act, name="act"),
    path("teams/", people.teams, name="teams"),
    path("teams/<int:party_id>/", people.team, name="team"),
    path("people/<int:party_id>/", people.person, name="person"),
    path("outside/<int:party_id>/", people.outside, name="outside"),
    path("parties/<int:party_id>/", people.party, name="party"),
    path("parties/", people.suggest, name="suggest"),
    path("sign-in/<str:token>/", sign_in_link, name="sign-in-link"),
    path("map/", desk.desk, name="map"),
    path("import/", desk.desk, name="import"),
    path("search/", people.search, name="search"),
]
