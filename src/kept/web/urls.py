"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from kept.web.views import desk, directory, import_log, people, promise, team_work, work_map
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
    path("teams/<int:party_id>/hours/", team_work.hours, name="team-hours"),
    path("teams/<int:party_id>/hours/days/", team_work.special_day, name="team-days"),
    path("teams/<int:party_id>/hours/days/<str:day>/forget/", team_work.forget_day, name="forget-day"),
    path("teams/<int:party_id>/capacity/", team_work.capacity, name="team-capacity"),
    path("teams/<int:party_id>/meet/", directory.meet, name="meet"),
    path("teams/<int:party_id>/meet/<int:other_id>/", directory.visit, name="visit"),
    path("people/", directory.directory, name="directory"),
    path("people/<int:party_id>/", people.person, name="person"),
    path("people/<int:party_id>/line-of-sight/", directory.sight, name="line-of-sight"),
    path("outside/<int:party_id>/", people.outside, name="outside"),
    path("parties/<int:party_id>/", people.party, name="party"),
    path("parties/", people.suggest, name="suggest"),
    path("sign-in/<str:token>/", sign_in_link, name="sign-in-link"),
    path("map/", work_map.page, name="map"),
    path("map/team/", work_map.of_team, name="map-team"),
    path("map/data/", work_map.data, name="map-data"),
    path("import/", import_log.start, name="import"),
    path("import/<str:token>/", import_log.upload, name="upload"),
    path("import/<str:token>/keep/", import_log.keep, name="keep-upload"),
    path("import/<str:token>/throw-away/", import_log.throw_away, name="throw-upload-away"),
    path("search/", people.search, name="search"),
]
