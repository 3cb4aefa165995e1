//! What is read of an event, found by going through its objects once: a look-up by key costs a hash each.

use serde_json::{Map, Value};

/// Members of the event.
#[derive(Default)]
pub(crate) struct Parts<'v> {
    pub(crate) kind: Option<&'v Value>,
    pub(crate) user_id: Option<&'v Value>,
    pub(crate) group_id: Option<&'v Value>,
    pub(crate) traits: Option<&'v Value>,
    pub(crate) context: Option<&'v Value>,
    pub(crate) action: Option<&'v Value>,
    pub(crate) properties: Option<&'v Value>,
    pub(crate) timestamp: Option<&'v Value>,
    pub(crate) original_timestamp: Option<&'v Value>,
    integrations: Option<&'v Value>,
}

impl<'v> Parts<'v> {
    pub(crate) fn of(event: &'v Map<String, Value>) -> Self {
        let mut parts = Parts::default();
        for (key, value) in event {
            let part = match key.as_str() {
                "type" => &mut parts.kind,
                "userId" => &mut parts.user_id,
                "groupId" => &mut parts.group_id,
                "traits" => &mut parts.traits,
                "context" => &mut parts.context,
                "event" => &mut parts.action,
                "properties" => &mut parts.properties,
                "timestamp" => &mut parts.timestamp,
                "originalTimestamp" => &mut parts.original_timestamp,
                "integrations" => &mut parts.integrations,
                _ => continue,
            };
            *part = Some(value);
        }
        parts
    }

    pub(crate) fn traits_of_context(&self) -> Option<&'v Value> {
        let Some(Value::Object(context)) = self.context else { return None };
        context.iter().find(|(key, _)| *key == "traits").map(|(_, value)| value)
    }

    /// Whether the event's `integrations` leave Zendesk out.
    pub(crate) fn is_excluded(&self) -> bool {
        let Some(Value::Object(integrations)) = self.integrations else { return false };
        let entry = |name: &str| {
            integrations.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        match entry("ZENDESK") {
            Some(Value::Bool(wanted)) => !wanted,
            Some(Value::Object(_)) => false,
            _ => entry("All") == Some(&Value::Bool(false)),
        }
    }
}

/// Traits of a person.
#[derive(Default)]
pub(crate) struct Person<'v> {
    pub(crate) name: Option<&'v Value>,
    pub(crate) email: Option<&'v Value>,
    pub(crate) phone: Option<&'v Value>,
    pub(crate) timezone: Option<&'v Value>,
    pub(crate) organization_id: Option<&'v Value>,
    pub(crate) company: Option<&'v Value>,
}

impl<'v> Person<'v> {
    pub(crate) fn of(traits: &'v Map<String, Value>) -> Self {
        let mut person = Person::default();
        for (key, value) in traits {
            let part = match key.as_str() {
                "name" => &mut person.name,
                "email" => &mut person.email,
                "phone" => &mut person.phone,
                "timezone" => &mut person.timezone,
                "organizationId" => &mut person.organization_id,
                "company" => &mut person.company,
                _ => continue,
            };
            *part = Some(value);
        }
        person
    }
}

/// Traits of an organization.
#[derive(Default)]
pub(crate) struct Firm<'v> {
    pub(crate) name: Option<&'v Value>,
    pub(crate) domain_names: Option<&'v Value>,
    pub(crate) tags: Option<&'v Value>,
    pub(crate) url: Option<&'v Value>,
    pub(crate) deleted: Option<&'v Value>,
    pub(crate) id: Option<&'v Value>,
    pub(crate) group_id: Option<&'v Value>,
}

impl<'v> Firm<'v> {
    pub(crate) fn of(traits: &'v Map<String, Value>) -> Self {
        let mut firm = Firm::default();
        for (key, value) in traits {
            let part = match key.as_str() {
                "name" => &mut firm.name,
                "domainNames" => &mut firm.domain_names,
                "tags" => &mut firm.tags,
                "url" => &mut firm.url,
                "deleted" => &mut firm.deleted,
                "id" => &mut firm.id,
                "groupId" => &mut firm.group_id,
                _ => continue,
            };
            *part = Some(value);
        }
        firm
    }
}
