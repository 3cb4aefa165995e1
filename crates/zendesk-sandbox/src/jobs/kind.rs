//! The kinds of bulk jobs, and what each is called.

/// What a job does to each of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    CreateUsers,
    UpsertUsers,
    UpdateUsers,
    DeleteUsers,
    CreateOrganizations,
    UpdateOrganizations,
    DeleteOrganizations,
    CreateMemberships,
    DeleteMemberships,
}

impl Kind {
    /// `job_type` of a status.
    pub(crate) fn job_type(self) -> &'static str {
        match self {
            Self::CreateUsers => "Bulk Create User",
            Self::UpsertUsers => "Bulk Create or Update User",
            Self::UpdateUsers => "Bulk Update User",
            Self::DeleteUsers => "Bulk Delete User",
            Self::CreateOrganizations => "Bulk Create Organization",
            Self::UpdateOrganizations => "Bulk Update Organization",
            Self::DeleteOrganizations => "Bulk Delete Organization",
            Self::CreateMemberships => "Bulk Create Organization Membership",
            Self::DeleteMemberships => "Bulk Delete Organization Membership",
        }
    }

    /// The name of the job in a refusal. Guess: only `UserBulkUpdateJobV2` is known.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::CreateUsers | Self::UpsertUsers => "UserBulkCreateJob",
            Self::UpdateUsers => "UserBulkUpdateJobV2",
            Self::DeleteUsers => "UserBulkDeleteJob",
            Self::CreateOrganizations => "OrganizationBulkCreateJob",
            Self::UpdateOrganizations => "OrganizationBulkUpdateJob",
            Self::DeleteOrganizations => "OrganizationBulkDeleteJob",
            Self::CreateMemberships => "OrganizationMembershipBulkCreateJob",
            Self::DeleteMemberships => "OrganizationMembershipBulkDeleteJob",
        }
    }

    /// The message while row `n` is worked on, spelled as it was recorded.
    pub(crate) fn message(self, n: usize) -> String {
        let what = match self {
            Self::CreateUsers | Self::UpsertUsers => "Creating User",
            Self::UpdateUsers => "Updating user",
            Self::DeleteUsers => "Deleting User",
            Self::CreateOrganizations => "Creating organization",
            Self::UpdateOrganizations => "Updating organization",
            Self::DeleteOrganizations => "Deleting Organization",
            Self::CreateMemberships => "Creating organization membership",
            Self::DeleteMemberships => "Deleting organization membership",
        };
        format!("{what} #{n}")
    }

    /// `action` of a row.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::CreateUsers | Self::CreateOrganizations | Self::CreateMemberships => "create",
            Self::UpsertUsers => "create_or_update",
            Self::UpdateUsers | Self::UpdateOrganizations => "update",
            Self::DeleteUsers | Self::DeleteOrganizations | Self::DeleteMemberships => "delete",
        }
    }
}
