//! The events that are posted: each of another person, in size and shape like what SDKs send.

use std::fmt::Write;

/// Kinds of events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Identify,
    Track,
    Group,
}

/// The API token in the settings.
pub(crate) const TOKEN: &str = "a-token-of-acme";

/// The login of the account that events go to unless said otherwise.
pub(crate) const EMAIL: &str = "admin@acme.test";

/// What comes with every event of an account.
fn destination(email: &str) -> String {
    format!(
        r#"{{"ID":"dest-{email}","Name":"zd","DestinationDefinition":{{"ID":"def-1","Name":"ZENDESK","DisplayName":"Zendesk","Config":{{"transformAt":"router","transformAtV1":"router","saveDestinationResponse":true}}}},"Config":{{"email":"{email}","apiToken":"{TOKEN}","domain":"acme","createUsersAsVerified":false,"sendGroupCallsWithoutUserId":false,"removeUsersFromOrganization":false,"searchByExternalId":false}},"Enabled":true,"WorkspaceID":"ws-1","Transformations":[],"IsProcessorEnabled":true,"RevisionID":"rev-1","hasDynamicConfig":false}}"#
    )
}

const CONNECTION: &str =
    r#"{"sourceId":"src-1","destinationId":"dest-1","enabled":true,"config":null,"processorEnabled":true}"#;

const DEVICE: &str = r#""library":{"name":"sdk-js","version":"2.48.0"},"app":{"name":"Shop","version":"1.14.2"},"locale":"de-DE","timezone":"Europe/Berlin","userAgent":"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0","screen":{"density":1.5,"width":1920,"height":1080},"page":{"path":"/cart","referrer":"https://shop.example.com/","title":"Cart","url":"https://shop.example.com/cart"}"#;

impl Kind {
    pub(crate) const ALL: [Kind; 3] = [Kind::Identify, Kind::Track, Kind::Group];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Identify => "identify",
            Kind::Track => "track",
            Kind::Group => "group",
        }
    }

    /// A batch of `count` events of people from `first` on.
    pub(crate) fn batch(self, first: u64, count: usize) -> String {
        self.batch_to((first..).take(count).map(|person| (person, EMAIL)))
    }

    /// A batch of an event of each of these people, to the account with this login.
    pub(crate) fn batch_to<'a>(self, people: impl Iterator<Item = (u64, &'a str)>) -> String {
        let mut body = r#"{"input":["#.to_owned();
        for (index, (person, email)) in people.enumerate() {
            let destination = destination(email);
            let comma = if index == 0 { "" } else { "," };
            let message = self.message(person);
            // A string takes all that is written to it.
            let _ = write!(
                body,
                r#"{comma}{{"message":{message},"metadata":{{"userId":"user-{person}<<>>user-{person}","jobId":{person},"sourceId":"src-1","sourceCategory":"","destinationId":"dest-{email}","attemptNum":0,"receivedAt":"2026-11-22T10:00:00.000Z","createdAt":"2026-11-22T10:00:00.100Z","firstAttemptedAt":"","transformAt":"router","workspaceId":"ws-1","secret":null,"workerAssignedTime":"2026-11-22T10:00:00.2Z","dontBatch":false,"traceparent":""}},"destination":{destination},"connection":{CONNECTION}}}"#
            );
        }
        body.push_str(r#"],"destType":"zendesk"}"#);
        body
    }

    fn message(self, person: u64) -> String {
        let (name, group) = (self.name(), person / 10);
        let traits = format!(r#""name":"Ada Lovelace","email":"user.{person}@mail.example.com""#);
        let own = match self {
            Kind::Identify => format!(
                r#""context":{{{DEVICE},"traits":{{{traits},"phone":"+493012345678","timezone":"Berlin","plan":"pro","age":36,"score":4.5,"active":true,"signup":"2024-05-06","city":"Berlin"}}}}"#
            ),
            Kind::Track => format!(
                r#""event":"Order Completed","properties":{{"order":"o-{person}","plan":"pro","price":17.5,"quantity":3,"gift":false,"coupon":"SPRING"}},"context":{{{DEVICE},"traits":{{{traits}}}}}"#
            ),
            Kind::Group => format!(
                r#""groupId":"org-{group}","traits":{{"name":"Organization {group}","domainNames":["org{group}.example.com"],"tags":["customer"],"industry":"retail","employees":120}},"context":{{{DEVICE},"traits":{{{traits}}}}}"#
            ),
        };
        format!(
            r#"{{"type":"{name}","messageId":"6f1e2b7a-3c4d-4e5f-a6b7-{person:012}","userId":"user-{person}","anonymousId":"9b8a7c6d-5e4f-4a3b-92c1-{person:012}","channel":"web",{own},"originalTimestamp":"2026-11-22T09:59:59.900Z","sentAt":"2026-11-22T10:00:00.000Z","timestamp":"2026-11-22T09:59:59.950Z","integrations":{{"All":true}}}}"#
        )
    }
}
