//! Settings that are a choice among a few behaviours; each has the names that flags and files use.

/// The plan of the simulated account; it decides the limits.
///
/// Source: the vendor's page on rate limits; events where the Suite plans have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// Suite Team.
    SuiteTeam,
    /// Suite Growth.
    SuiteGrowth,
    /// Suite Professional.
    SuiteProfessional,
    /// Suite Enterprise.
    SuiteEnterprise,
    /// Suite Enterprise Plus.
    SuiteEnterprisePlus,
    /// Support Essential; without events, like all Support plans.
    SupportEssential,
    /// Support Team.
    SupportTeam,
    /// Support Professional.
    SupportProfessional,
    /// Support Enterprise.
    SupportEnterprise,
}

impl Plan {
    /// Requests a minute for the account.
    #[must_use]
    pub fn requests_per_minute(self) -> u32 {
        match self {
            Self::SupportEssential => 10,
            Self::SuiteTeam | Self::SupportTeam => 200,
            Self::SuiteGrowth | Self::SuiteProfessional | Self::SupportProfessional => 400,
            Self::SuiteEnterprise | Self::SupportEnterprise => 700,
            Self::SuiteEnterprisePlus => 2500,
        }
    }

    /// Requests a minute to events and profiles; `None` for plans without them.
    #[must_use]
    pub fn events_per_minute(self) -> Option<u32> {
        match self {
            Self::SuiteTeam | Self::SuiteGrowth => Some(250),
            Self::SuiteProfessional => Some(500),
            Self::SuiteEnterprise => Some(700),
            Self::SuiteEnterprisePlus => Some(1000),
            Self::SupportEssential
            | Self::SupportTeam
            | Self::SupportProfessional
            | Self::SupportEnterprise => None,
        }
    }
}

/// Whom an upsert means when its external id and its e-mail name different users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatchOrder {
    /// The owner of the external id; the e-mail is then refused.
    #[default]
    ExternalIdFirst,
    /// The owner of the e-mail; the external id is then refused.
    EmailFirst,
}

/// What happens to a second membership of a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultiOrg {
    /// It is added: the account allows several organizations for one user.
    #[default]
    Allowed,
    /// It replaces the first.
    Replaces,
    /// It is refused with 422.
    Refused,
}

/// What happens when a primary identity is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeleteRule {
    /// It goes, and nothing is promoted in its place.
    #[default]
    Allowed,
    /// It goes, and the oldest of the others becomes primary.
    Promotes,
    /// It stays, and the request is refused with 422.
    Refused,
}

/// What happens to an option that a dropdown field does not have, or a record that a lookup field cannot find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownValue {
    /// The write is refused with 422.
    #[default]
    Refused,
    /// The value is ignored.
    Ignored,
}

/// A choice that flags and files name.
pub(crate) trait Choice: Copy + 'static {
    /// Names and what they stand for.
    const NAMES: &'static [(&'static str, Self)];
}

impl Choice for Plan {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("suite-team", Self::SuiteTeam),
        ("suite-growth", Self::SuiteGrowth),
        ("suite-professional", Self::SuiteProfessional),
        ("suite-enterprise", Self::SuiteEnterprise),
        ("suite-enterprise-plus", Self::SuiteEnterprisePlus),
        ("support-essential", Self::SupportEssential),
        ("support-team", Self::SupportTeam),
        ("support-professional", Self::SupportProfessional),
        ("support-enterprise", Self::SupportEnterprise),
    ];
}

impl Choice for MatchOrder {
    const NAMES: &'static [(&'static str, Self)] =
        &[("external-id-first", Self::ExternalIdFirst), ("email-first", Self::EmailFirst)];
}

impl Choice for MultiOrg {
    const NAMES: &'static [(&'static str, Self)] =
        &[("allowed", Self::Allowed), ("replaces", Self::Replaces), ("refused", Self::Refused)];
}

impl Choice for DeleteRule {
    const NAMES: &'static [(&'static str, Self)] =
        &[("allowed", Self::Allowed), ("promotes", Self::Promotes), ("refused", Self::Refused)];
}

impl Choice for UnknownValue {
    const NAMES: &'static [(&'static str, Self)] = &[("refused", Self::Refused), ("ignored", Self::Ignored)];
}
