"""zdesk, with its endpoints generated from Zendesk's documentation of 2022, against the sandbox."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from report import EMAIL, TOKEN, URL, equal, eventually, refused, run
from zdesk import AuthenticationError, RateLimitError, Zendesk, ZendeskError, get_id_from_url

zendesk = Zendesk(URL, EMAIL, zdesk_api=TOKEN)


def user(**keys):
    return zendesk.user_create({"user": keys}, retval="content")["user"]["id"]


def organization(name):
    return zendesk.organization_create({"organization": {"name": name}}, retval="content")["organization"]["id"]


def pairs(answer):
    return [(row["organization_name"], bool(row["default"])) for row in answer["organization_memberships"]]


def location():
    """Location: 201 names the new record, which the client gives back as the result."""
    address = zendesk.user_create({"user": {"name": "Ada", "email": "ada@engines.test"}})
    number = get_id_from_url(address)
    equal(address, f"{URL}/api/v2/users/{number}.json")
    equal(zendesk.user_show(number)["user"]["email"], "ada@engines.test")
    again = zendesk.users_create_or_update({"user": {"email": "ADA@engines.test", "name": "Ada King"}})
    equal(again, address)
    code = zendesk.users_create_or_update({"user": {"email": "ada@engines.test"}}, retval="code")
    equal(code, 200)
    code = zendesk.users_create_or_update({"user": {"name": "Charles", "external_id": "cb"}}, retval="code")
    equal(code, 201)
    address = zendesk.organization_create({"organization": {"name": "Engines"}})
    equal(zendesk.organization_show(get_id_from_url(address))["organization"]["name"], "Engines")
    address = zendesk.user_field_create({"user_field": {"key": "plan", "title": "Plan", "type": "text"}})
    equal(zendesk.user_field_show(get_id_from_url(address))["user_field"]["key"], "plan")
    address = zendesk.user_identity_create(number, {"identity": {"type": "email", "value": "lovelace@engines.test"}})
    equal(zendesk.user_identity_show(number, get_id_from_url(address))["identity"]["value"], "lovelace@engines.test")


def memberships():
    """Memberships: create, show, list, make default, delete, unassign."""
    member, first, second = user(name="Member"), organization("One"), organization("Two")
    body = {"organization_membership": {"user_id": member, "organization_id": first}}
    made = zendesk.organization_membership_create(body, retval="content")["organization_membership"]
    equal((made["user_id"], made["organization_id"], made["default"]), (member, first, True))
    body = {"organization_membership": {"organization_id": second}}
    other = zendesk.user_organization_membership_create(member, body, retval="content")["organization_membership"]
    equal(other["user_id"], member)
    equal(zendesk.organization_membership_show(made["id"])["organization_membership"], made)
    shown = zendesk.user_organization_membership_show(member, other["id"])["organization_membership"]
    equal((shown["id"], shown["organization_id"]), (other["id"], second))
    equal(pairs(zendesk.user_organization_memberships(member)), [("One", True), ("Two", False)])
    equal(zendesk.organization_organization_memberships(second)["count"], 1)
    listed = zendesk.organization_memberships_list()["organization_memberships"]
    equal([row["id"] for row in listed], [made["id"], other["id"]])
    changed = zendesk.user_organization_membership_make_default(member, other["id"], {})
    equal(pairs(changed), [("Two", True), ("One", False)])
    equal(pairs(zendesk.user_organization_make_default(member, first, {})), [("One", True), ("Two", False)])
    equal(zendesk.organization_membership_delete(made["id"], retval="code"), 204)
    equal(zendesk.user_show(member)["user"]["organization_id"], second)
    equal(zendesk.user_organization_delete(member, second, retval="code"), 204)
    equal(zendesk.user_show(member)["user"]["organization_id"], None)
    equal(pairs(zendesk.user_organization_memberships(member)), [])


def pages():
    """Lists: all pages are followed by next_page."""
    many = [user(name=f"Page {n}", external_id=f"page-{n}") for n in range(7)]
    answer = zendesk.users_list(per_page=3, get_all_pages=True)
    found = [row["id"] for row in answer["users"]]
    equal(found, sorted(found))
    equal(len(found), answer["count"])
    assert set(many) <= set(found)
    one = zendesk.users_list(per_page=3)
    equal(len(one["users"]), 3)
    assert one["next_page"].startswith(f"{URL}/api/v2/users.json?"), one["next_page"]
    shown = zendesk.users_show_many(external_ids=["page-2", "page-5"])
    equal([row["id"] for row in shown["users"]], [many[2], many[5]])


def search():
    """Search: by query and by external id."""
    wanted = user(name="Grace Hopper", email="grace@navy.test", external_id="grace")
    found = zendesk.users_search(external_id="GRACE")
    equal(([row["id"] for row in found["users"]], found["count"]), ([wanted], 1))
    found = eventually(lambda: zendesk.users_search(query="email:grace@navy.test")["users"])
    equal([row["id"] for row in found], [wanted])


def errors():
    """Errors: 422 is an answer, the others are exceptions with status and body."""
    user(name="Taken", email="taken@acme.test")
    answer = zendesk.user_create({"user": {"name": "Other", "email": "taken@acme.test"}}, complete_response=True)
    equal((answer["status"], answer["content"]["error"]), (422, "RecordInvalid"))
    equal(answer["content"]["details"]["email"][0]["error"], "DuplicateValue")
    missing = refused(ZendeskError, lambda: zendesk.user_show(17))
    equal((missing.error_code, missing.response.json()["error"]), (404, "RecordNotFound"))
    wrong = Zendesk(URL, EMAIL, zdesk_api="wrong")
    stranger = refused(AuthenticationError, wrong.users_list)
    equal(stranger.response.json(), {"error": "Couldn't authenticate you"})


def retries():
    """Errors: 429 with Retry-After is waited out when asked to."""
    fault = {"method": "GET", "path": "/api/v2/users", "status": 429, "headers": {"Retry-After": "1"}, "body": "slow"}
    import requests
    requests.post(f"{URL}/_sandbox/faults", json=[fault, fault]).raise_for_status()
    slow = refused(RateLimitError, zendesk.users_list)
    equal((slow.error_code, slow.response.headers["Retry-After"]), (429, "1"))
    patient = Zendesk(URL, EMAIL, zdesk_api=TOKEN, retry_on=429, max_retries=1)
    assert patient.users_list()["count"] > 0


def finished(job):
    """The rows of a job, when it has ended."""
    assert job["job_status"]["status"] == "queued", job

    def rows():
        status = zendesk.job_status_show(job["job_status"]["id"])["job_status"]
        return status["status"] == "completed" and status["results"]

    return eventually(rows)


def bulk():
    """Bulk: users_create_or_update_many, memberships create_many and destroy_many, job statuses."""
    known = user(name="Known", external_id="known")
    users = [{"external_id": "KNOWN", "name": "Known again"}, {"external_id": "new", "name": "New"}]
    job = zendesk.users_create_or_update_many({"users": users})
    rows = finished(job)
    equal([(row["status"], row["external_id"]) for row in rows], [("Updated", "KNOWN"), ("Created", "new")])
    equal(rows[0]["id"], known)
    equal(zendesk.user_show(rows[1]["id"])["user"]["name"], "New")
    ids = [organization("Bulk A"), organization("Bulk B")]
    wishes = [{"user_id": known, "organization_id": number} for number in ids]
    made = finished(zendesk.organization_memberships_create_many({"organization_memberships": wishes}))
    equal([row["index"] for row in made], [0, 1])
    # Rows take effect in any order, so either may have become the default.
    equal(sorted(pairs(zendesk.user_organization_memberships(known)))[0][0], "Bulk A")
    equal(sorted(default for _, default in pairs(zendesk.user_organization_memberships(known))), [False, True])
    finished(zendesk.organization_memberships_destroy_many(ids=[row["id"] for row in made]))
    equal(pairs(zendesk.user_organization_memberships(known)), [])
    shown = zendesk.job_statuses_show_many(ids=job["job_status"]["id"])["job_statuses"]
    equal([row["status"] for row in shown], ["completed"])
    listed = zendesk.job_statuses_list()["job_statuses"]
    assert job["job_status"]["id"] in [row["id"] for row in listed], listed


run("zdesk", [location, memberships, pages, search, errors, retries, bulk])
