package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must not change in a session whose SQL is read: texts are UTF-8, and a backslash in a plain literal is no
 * escape. With other settings the server would read other statements than the hooks do.
 */
final class EncodingRules {
    private static final String ENCODING = "client_encoding";
    private static final String ESCAPES = "standard_conforming_strings";
    static final Map<String, String> NEEDED = Map.of(ENCODING, "UTF8", ESCAPES, "on");
    private static final Set<String> TRUE = Set.of("on", "true", "yes", "1", "t", "tr", "tru", "y", "ye");

    private EncodingRules() {}

    /** Why a statement is refused, or null. */
    static @Nullable PgError check(Facts facts) {
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof SessionEffect.SettingSet set && !isHarmless(set)) {
                return refused(set.name());
            }
        }
        return null;
    }

    /** Why a session has to end whose server has reported a setting, or null. */
    static @Nullable PgError checkReported(String setting, String value) {
        boolean fits = switch (setting) {
            case ENCODING -> Preparation.isUtf8(value);
            case ESCAPES -> value.equals("on");
            default -> true;
        };
        return fits ? null : refused(setting);
    }

    private static boolean isHarmless(SessionEffect.SettingSet set) {
        if (!set.name().equals(ENCODING) && !set.name().equals(ESCAPES)) {
            return true;
        }
        return switch (set.becomes()) {
            case DEFAULT -> true; // as the session began, which was looked at
            case UNKNOWN -> false;
            case VALUES ->
                set.values().size() == 1 && isHarmless(set.name(), set.values().get(0));
        };
    }

    private static boolean isHarmless(String name, String value) {
        return name.equals(ENCODING) ? Preparation.isUtf8(value) : TRUE.contains(value.toLowerCase(Locale.ROOT));
    }

    private static PgError refused(String setting) {
        String needed = setting.equals(ENCODING) ? "UTF8" : "on";
        return PgError.of(SqlState.FEATURE_NOT_SUPPORTED, setting + " has to be " + needed + " in this session")
                .withHint("The proxy reads the statements of this session; it can do so only with this setting.");
    }
}
