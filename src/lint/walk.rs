//! A mapping laid out flat: every row, condition, selector, request and step, with where it stands.
//!
//! In: a mapping. Out: lists in the order of the file. Must not judge.

use crate::model::{
    Call, Condition, ConditionKind, Element, ErrorRule, Flow, ForEach, LoginKind, Mapping, Named, Reason,
    Request, Row, Source, Step, Table, Test, Text,
};

/// What a bare `$.` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    Event,
    Reply,
}

/// The part of the file that something stands in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'m> {
    Service,
    Names,
    Table(&'m Named<Table>),
    Part(&'m str),
    Flow(&'m Named<Flow>),
}

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Name,
    /// A variable of the template that makes a name.
    Variable,
    Attribute,
    Placeholder,
    Parameter,
    Header,
    Output,
    Key,
    Login,
    BaseUrl,
    /// Words for people.
    Reason,
}

/// What a condition is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Whether a flow takes an event.
    Flow,
    /// What must hold before anything is sent.
    Require,
    /// Whether a step, request, row or element counts, or an answer means something.
    Guard,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Step,
    Find,
    Create,
    Verify,
    /// Asked for plans alone.
    Preview,
}

/// Who comes to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReachedBy {
    /// A run of an event.
    Runs,
    /// Plans alone.
    Plans,
    /// Deliveries of many events at the same time.
    Many,
}

/// Where something stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'m> {
    pub(super) owner: Owner<'m>,
    pub(super) bare: Bare,
    /// The step that it belongs to.
    pub(super) step: Option<&'m Text>,
    /// The loop of that step.
    pub(super) each: Option<&'m ForEach>,
    pub(super) reached_by: ReachedBy,
}

impl<'m> Site<'m> {
    /// Among the conditions of a flow.
    pub(super) fn of_flow(flow: &'m Named<Flow>) -> Self {
        Site::new(Owner::Flow(flow))
    }

    /// In a table.
    pub(super) fn of_table(table: &'m Named<Table>) -> Self {
        Site::new(Owner::Table(table))
    }

    /// Under `service`, outside of replies.
    pub(super) fn of_service() -> Self {
        Site::new(Owner::Service)
    }

    fn new(owner: Owner<'m>) -> Self {
        Site { owner, bare: Bare::Event, step: None, each: None, reached_by: ReachedBy::Runs }
    }

    fn by(self, reached_by: ReachedBy) -> Self {
        Self { reached_by, ..self }
    }

    pub(super) fn in_reply(self) -> Self {
        Self { bare: Bare::Reply, ..self }
    }
}

/// The lists.
#[derive(Debug, Default)]
pub(super) struct Flat<'m> {
    pub(super) rows: Vec<(&'m Row, Spot, Site<'m>)>,
    pub(super) conditions: Vec<(&'m Condition, Purpose, Site<'m>)>,
    /// Selectors, and the row that they stand in, if it is a row.
    pub(super) selectors: Vec<(&'m Text, Option<&'m Row>, Site<'m>)>,
    pub(super) requests: Vec<(&'m Request, Role, Site<'m>)>,
    /// The mapping.
    mapping: Option<&'m Mapping>,
    /// Lists of steps.
    pub(super) lists: Vec<(&'m [Step], Site<'m>)>,
}

impl<'m> Flat<'m> {
    /// Lays a mapping out.
    pub(super) fn of(mapping: &'m Mapping) -> Self {
        let mut flat = Flat { mapping: Some(mapping), ..Flat::default() };
        let service = Site::of_service();
        flat.row(&mapping.service.base_url, Spot::BaseUrl, service);
        for login in &mapping.service.auth {
            flat.guard(login.when.as_ref(), service);
            let settings = match &login.kind {
                LoginKind::Basic { user, password } => {
                    flat.row(user, Spot::Login, service);
                    vec![password]
                }
                LoginKind::Bearer { token } => vec![token],
                LoginKind::OAuth2 { client_id, client_secret, .. } => vec![client_id, client_secret],
            };
            flat.selectors.extend(settings.into_iter().map(|setting| (setting, None, service)));
        }
        flat.all(&mapping.service.headers, Spot::Header, service);
        for limit in &mapping.service.limits {
            flat.row(&limit.rate, Spot::Key, service.by(ReachedBy::Many));
        }
        if let Some(job) = &mapping.service.job {
            flat.guard(Some(&job.ended), service.in_reply().by(ReachedBy::Many));
        }
        flat.errors(&mapping.service.errors, service);
        flat.plain(&mapping.service.reason, service.in_reply());
        flat.plain(&mapping.order_by, Site::new(Owner::Names));
        flat.all(&mapping.names, Spot::Name, Site::new(Owner::Names));
        for table in &mapping.tables {
            let site = Site::new(Owner::Table(table));
            flat.all(&table.item.rows, Spot::Attribute, site);
            flat.selectors.extend(table.item.rest.iter().map(|rest| (&rest.of, None, site)));
        }
        for part in &mapping.parts {
            flat.steps(&part.item, Site::new(Owner::Part(&part.name.text)));
        }
        for flow in &mapping.flows {
            flat.flow(flow);
        }
        flat
    }

    fn flow(&mut self, flow: &'m Named<Flow>) {
        let site = Site::of_flow(flow);
        self.condition(flow.item.when.as_ref(), Purpose::Flow, site);
        self.all(&flow.item.names, Spot::Name, site);
        for requirement in &flow.item.require {
            self.guard(requirement.when.as_ref(), site);
            self.condition(Some(&requirement.that), Purpose::Require, site);
        }
        self.steps(&flow.item.steps, site);
        let user = flow.item.host.iter().flat_map(|host| &host.user);
        self.selectors.extend(user.map(|user| (user, None, site)));
    }

    fn plain(&mut self, selectors: &'m [Text], site: Site<'m>) {
        self.selectors.extend(selectors.iter().map(|text| (text, None, site)));
    }

    fn all(&mut self, rows: &'m [Row], spot: Spot, site: Site<'m>) {
        for row in rows {
            self.row(row, spot, site);
        }
    }

    fn row(&mut self, row: &'m Row, spot: Spot, site: Site<'m>) {
        self.rows.push((row, spot, site));
        self.guard(row.when.as_ref(), site);
        match &row.source {
            Source::From(from) => self.selectors.extend(from.iter().map(|text| (text, Some(row), site))),
            Source::Each { each, filter, from } => {
                self.selectors.push((each, Some(row), site));
                self.guard(filter.as_ref(), site);
                self.selectors.extend(from.iter().map(|text| (text, Some(row), site)));
            }
            Source::Template { with, .. } => {
                let inner = if spot == Spot::Name { Spot::Variable } else { spot };
                self.all(with, inner, site);
            }
            Source::List(elements) => elements.iter().for_each(|element| self.element(element, site)),
            Source::Value(_) => {}
        }
    }

    fn element(&mut self, element: &'m Element, site: Site<'m>) {
        self.guard(element.when.as_ref(), site);
        self.all(&element.rows, Spot::Attribute, site);
    }

    fn guard(&mut self, condition: Option<&'m Condition>, site: Site<'m>) {
        self.condition(condition, Purpose::Guard, site);
    }

    fn condition(&mut self, condition: Option<&'m Condition>, purpose: Purpose, site: Site<'m>) {
        let Some(condition) = condition else { return };
        self.conditions.push((condition, purpose, site));
        self.tested(condition, site);
    }

    fn tested(&mut self, condition: &'m Condition, site: Site<'m>) {
        match &condition.kind {
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                for part in parts {
                    self.tested(part, site);
                }
            }
            ConditionKind::Not(part) => self.tested(part, site),
            ConditionKind::Test(text, test) => {
                self.selectors.push((text, None, site));
                self.selectors.extend(other_of(test).map(|other| (other, None, site)));
            }
        }
    }

    fn errors(&mut self, rules: &'m [ErrorRule], site: Site<'m>) {
        for arm in rules.iter().flat_map(|rule| &rule.arms) {
            self.guard(arm.when.as_ref(), site.in_reply());
            if let Some(why) = &arm.why {
                self.reason(why, site.in_reply());
            }
        }
    }

    fn reason(&mut self, reason: &'m Reason, site: Site<'m>) {
        if let Reason::Row(row) = reason {
            self.row(row, Spot::Reason, site);
        }
    }

    fn steps(&mut self, steps: &'m [Step], site: Site<'m>) {
        self.lists.push((steps, site));
        for step in steps {
            match step {
                Step::Call { name, when, each, call } => {
                    self.guard(when.as_ref(), site);
                    let inner = Site { step: Some(name), each: each.as_ref(), ..site };
                    self.call(call, inner);
                }
                Step::Use { when, .. } | Step::Stop { when } | Step::Skip { when, .. } => {
                    self.guard(when.as_ref(), site);
                }
                Step::Reject { when, error, .. } => {
                    self.guard(when.as_ref(), site);
                    self.reason(error, site);
                }
            }
        }
    }

    fn call(&mut self, call: &'m Call, site: Site<'m>) {
        if let Some(each) = site.each {
            self.selectors.push((&each.list, None, Site { each: None, ..site }));
            self.guard(each.filter.as_ref(), site);
        }
        match call {
            Call::Request(request) => self.request(request, Role::Step, site),
            Call::Ensure { find, create } => {
                for request in find {
                    self.request(request, Role::Find, site);
                }
                self.request(create, Role::Create, site);
            }
        }
    }

    fn request(&mut self, request: &'m Request, role: Role, site: Site<'m>) {
        self.requests.push((request, role, site));
        self.guard(request.when.as_ref(), site);
        self.all(&request.with, Spot::Placeholder, site);
        self.all(&request.query, Spot::Parameter, site);
        self.all(&request.headers, Spot::Header, site);
        if let Some(body) = &request.body {
            self.all(&body.plus, Spot::Attribute, site);
        }
        self.all(&request.give, Spot::Output, site.in_reply());
        if let Some(once) = &request.once {
            self.row(&once.key, Spot::Key, site);
        }
        self.bulk(request, site);
        if let Some(pages) = &request.pages {
            self.selectors.push((&pages.next, None, site.in_reply()));
        }
        self.errors(&request.errors, site);
        if let Some(verify) = &request.verify {
            self.request(verify, Role::Verify, site);
        }
        if let Some(preview) = &request.preview {
            self.request(preview, Role::Preview, site.by(ReachedBy::Plans));
        }
    }
}

impl<'m> Flat<'m> {
    /// How a request is made together with others, and which limits it counts against.
    fn bulk(&mut self, request: &'m Request, site: Site<'m>) {
        let site = site.by(ReachedBy::Many);
        let Some(mapping) = self.mapping else { return };
        if let Some(bulk) = mapping.bulk_of(request) {
            self.row(&bulk.key, Spot::Key, site);
            bulk.forms.iter().for_each(|form| self.guard(form.good.as_ref(), site.in_reply()));
        }
        for limit in mapping.service.limits.iter().filter(|limit| limit.counts(request)) {
            limit.key.iter().for_each(|key| self.row(key, Spot::Key, site));
        }
    }
}

/// The other selector of a test that has two.
pub(super) fn other_of(test: &Test) -> Option<&Text> {
    match test {
        Test::SameAs(other)
        | Test::SameAsIgnoringCase(other)
        | Test::SameMomentAs(other)
        | Test::InList(other)
        | Test::InListIgnoringCase(other) => Some(other),
        _ => None,
    }
}
