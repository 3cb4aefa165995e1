//! Zendesk sandbox.
