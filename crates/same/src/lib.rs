//! Nothing but a test: the same events through all ways into the engine give the same requests and the same outcomes.
