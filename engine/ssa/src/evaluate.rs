//! Graph evaluator.
