//! HTTP methods and their effects.

use std::fmt;

/// HTTP method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads, without a body in the reply.
    Head,
    /// Writes.
    Post,
    /// Writes.
    Put,
    /// Writes.
    Patch,
    /// Writes.
    Delete,
}

impl Method {
    /// All methods that a mapping may use, as its keys spell them.
    pub const ALL: [(&'static str, Method); 6] = [
        ("get", Method::Get),
        ("head", Method::Head),
        ("post", Method::Post),
        ("put", Method::Put),
        ("patch", Method::Patch),
        ("delete", Method::Delete),
    ];

    /// GET and HEAD read; all others write.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }

    /// Name as HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// What a write does to the destination, in the words of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Something new comes to be.
    Create,
    /// Something that is there changes.
    Update,
    /// It is created when it is not there, else updated.
    Upsert,
    /// Two things are tied to each other.
    Link,
    /// Something goes.
    Remove,
}

impl Effect {
    /// What a method does that nothing else is said about.
    #[must_use]
    pub fn of(method: Method) -> Self {
        match method {
            Method::Put => Effect::Upsert,
            Method::Patch => Effect::Update,
            Method::Delete => Effect::Remove,
            Method::Post | Method::Get | Method::Head => Effect::Create,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
