# What mappings/zendesk.yaml does with an event, for its default settings.
def text: if type == "string" then . elif type == "number" or type == "boolean" then tostring else null end;
def filled: if . == null or . == "" or . == [] or . == {} then null else . end;
def texts: filled | if type == "array" then map(text) else null end;
def address:
  (text // "" | trim) as $text
  | if $text | test("^[^\\s@\"(),:;<>\\[\\\\\\]]+@[^\\s@\"(),:;<>\\[\\\\\\].]+(\\.[^\\s@\"(),:;<>\\[\\\\\\].]+)*$") then $text else null end;
def moment: if type == "string" and test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$") then . else null end;
def whole: if type == "number" and . == floor then . else null end;
def known: with_entries(select(.value != null));
def custom($read):
  with_entries(
    (.key) as $key
    | select((.value | type) as $type | $type != "object" and $type != "array" and ($read | has($key) | not))
    | .key |= gsub("[^A-Za-z0-9_-]"; "_"));

def person: if .traits | filled then .traits else .context.traits? // {} end;

def user($id):
  person as $person
  | ($person.name | filled | text) as $name
  | if $name == null then {rejected: "Missing required value from \"name\""} else
      {body: {user: ({
        name: $name, email: ($person.email | address), external_id: $id,
        organization_id: (($person.organizationId | whole) // ($person.company.id? | whole)),
        time_zone: ($person.timezone | filled | text), phone: ($person.phone | filled | text),
        user_fields: (($person | custom({name: 1, email: 1, userId: 1, id: 1, organizationId: 1, timezone: 1, phone: 1})) + {id: $id})
      } | known)}}
    end;

def track($id):
  (.event | filled | text) as $action
  | if $action == null then {rejected: "A track event needs a name"} else
      (person.email | address) as $email
      | {body: {
          event: ({type: $action[:40], source: "Rudder", description: $action, properties: (.properties // {}),
                   created_at: ((.timestamp | moment) // (.originalTimestamp | moment))} | known),
          profile: {type: "customer", source: "Rudder", identifiers: (
            (if $email == null then [] else [{type: "email", value: $email}] end) + [{type: "external_id", value: $id}])}}}
    end;

def group:
  .traits as $firm
  | ((.groupId | filled | text) // ($firm.groupId? | filled | text)) as $id
  | if $firm == null then {rejected: "Organisation Traits are missing. Aborting."}
    elif $id == null and ($firm.name | filled) == null then {rejected: "An organization needs a groupId or a name"}
    elif $id == null then {}
    else
      {body: {organization: ({
        name: ($firm.name | filled | text), external_id: $id, domain_names: ($firm.domainNames | texts), tags: ($firm.tags | texts),
        url: ($firm.url | filled | text), deleted: $firm.deleted,
        organization_fields: (($firm | custom({name: 1, domainNames: 1, tags: 1, url: 1, deleted: 1, id: 1, groupId: 1})) + {id: ($firm.id // $id)})
      } | known)}}
    end;

(.type | ascii_downcase) as $kind
| (.userId | filled | text) as $id
| if .integrations.ZENDESK? == false then {skipped: "the event's integrations exclude ZENDESK"}
  elif $id == null then {rejected: ("UserId is a mandatory field for " + $kind)}
  elif $kind == "identify" then user($id)
  elif $kind == "track" then track($id)
  elif $kind == "group" then group
  else {rejected: ("Event type " + $kind + " is not supported")} end
