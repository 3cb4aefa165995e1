//! The wish to stop, shared between whoever has it and the delivery that obeys it.

use tokio::sync::watch;

/// Asks a delivery to start nothing new and to finish what is in flight. Clones share the wish.
#[derive(Clone, Debug)]
pub struct Stop {
    wish: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { wish: watch::Sender::new(false) }
    }
}

impl Stop {
    /// Stops the delivery; it cannot be taken back.
    pub fn stop(&self) {
        self.wish.send_replace(true);
    }

    /// Whether someone wished to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.wish.borrow()
    }

    /// Returns once someone wishes to stop.
    pub async fn stopped(&self) {
        let mut wish = self.wish.subscribe();
        // The sender lives as long as `self`, so that waiting cannot fail.
        let _ = wish.wait_for(|stopped| *stopped).await;
    }
}
