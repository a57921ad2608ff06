package dev.pawl.api.access;

/** Whom a token stands for. */
public record Identity(String principal, Grants grants) {}
