//! bytegen
