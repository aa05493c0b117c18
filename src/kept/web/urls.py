"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from kept.web.views import (
    agreements,
    customers,
    desk,
    directory,
    import_log,
    people,
    promise,
    team_work,
    work_map,
)
from kept.web.views.sign_in_link import sign_in_link

app_name = "web"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("ask/", promise.ask, name="ask"),
    path("ask/needs/", promise.ask_needs, name="ask-needs"),
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
    path("customers/", customers.mine, name="customers"),
    path("customers/<int:party_id>/", customers.customers, name="customers-of"),
    path("customers/<int:party_id>/up/", customers.providers, name="providers-of"),
    path("customers/<int:party_id>/become/", customers.become, name="become-customer"),
    path("customers/<int:party_id>/results/", customers.results, name="results"),
    path("customers/<int:party_id>/results/<int:result_id>/retire/", customers.retire, name="retire-result"),
    path("customers/<int:party_id>/<slug:side>/add/", customers.add, name="add-tie"),
    path("customers/<int:party_id>/<slug:side>/<int:other_id>/declare/", customers.declare, name="declare-tie"),
    path("customers/<int:party_id>/<slug:side>/<int:other_id>/not/", customers.mark, name="not-a-customer"),
    path("customers/<int:party_id>/<slug:side>/<int:other_id>/after-all/", customers.unmark, name="after-all"),
    path("ties/<int:tie_id>/<slug:word>/", customers.answer, name="answer-tie"),
    path("agreements/between/<int:customer_id>/<int:provider_id>/", agreements.between, name="agreements"),
    path("agreements/begin/<int:customer_id>/<int:provider_id>/", agreements.begin, name="begin-agreement"),
    path("agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/versions/<int:number>/", agreements.version, name="agreement-version"),
    path("agreements/<int:agreement_id>/expect/", agreements.expect, name="expect"),
    path("agreements/<int:agreement_id>/agree/", agreements.agree, name="agree"),
    path("agreements/<int:agreement_id>/end/", agreements.end, name="end-agreement"),
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
