//! The sandbox over real HTTP on loopback, one sandbox per test.
#![expect(clippy::needless_pass_by_value, reason = "tests pass on what json! gives")]

#[cfg(test)]
mod access;
#[cfg(test)]
mod client;
#[cfg(test)]
mod control;
#[cfg(test)]
mod deleted_users;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod files;
#[cfg(test)]
mod identities;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod memberships;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod search;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod transport;
#[cfg(test)]
mod upserts;
#[cfg(test)]
mod users;
