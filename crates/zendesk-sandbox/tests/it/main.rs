//! The sandbox over real HTTP on loopback, one sandbox per test.

mod client;
mod control;
mod events;
mod faults;
mod fields;
mod identities;
mod limits;
mod memberships;
mod oauth;
mod organizations;
mod paging;
mod search;
mod seeds;
mod transport;
mod upserts;
mod users;
