//! Tests of the counting and of its forms.
