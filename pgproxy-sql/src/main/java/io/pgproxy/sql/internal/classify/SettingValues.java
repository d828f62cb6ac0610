package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Becomes;
import io.pgproxy.sql.SessionEffect.Scope;
import io.pgproxy.sql.SessionEffect.SettingSet;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A setting and what it becomes: {@code set_rest_more} of the grammar. */
final class SettingValues {
    private static final int LONGEST_NAME = 512;
    private static final int MOST_VALUES = 200;

    private SettingValues() {}

    /** What follows SET and its scope; null if that was not understood. */
    static @Nullable SessionEffect take(Cursor cursor, Scope scope) {
        if (cursor.take(Keyword.TIME, Keyword.ZONE)) {
            return timeZone(cursor, scope);
        }
        if (cursor.take(Keyword.SESSION, Keyword.AUTHORIZATION)) {
            return cursor.take(Keyword.DEFAULT)
                    ? toDefault("session_authorization", scope)
                    : one(cursor, "session_authorization", scope);
        }
        if (cursor.take(Keyword.XML, Keyword.OPTION)) {
            return cursor.is(Keyword.DOCUMENT) || cursor.is(Keyword.CONTENT) ? one(cursor, "xmloption", scope) : null;
        }
        int start = cursor.at();
        String name = variable(cursor);
        if (name == null) {
            return null;
        }
        if (cursor.takeOperator('=') || cursor.take(Keyword.TO)) {
            return values(cursor, name, scope);
        }
        if (cursor.take(Keyword.FROM, Keyword.CURRENT)) {
            return unknown(name, scope);
        }
        cursor.moveTo(start);
        return phraseOfOneWord(cursor, scope);
    }

    private static @Nullable SessionEffect phraseOfOneWord(Cursor cursor, Scope scope) {
        if (cursor.take(Keyword.ROLE)) {
            return one(cursor, "role", scope);
        }
        if (cursor.take(Keyword.SCHEMA)) {
            return isString(cursor) ? one(cursor, "search_path", scope) : null;
        }
        if (cursor.take(Keyword.NAMES)) {
            boolean byDefault = cursor.atEnd() || cursor.take(Keyword.DEFAULT);
            if (byDefault) {
                return toDefault("client_encoding", scope);
            }
            return isString(cursor) ? one(cursor, "client_encoding", scope) : null;
        }
        return null;
    }

    private static boolean isString(Cursor cursor) {
        return !cursor.atEnd() && cursor.tokens().kind(cursor.at()).isString();
    }

    /** What follows RESET or SHOW: a setting by its name or by the phrase that stands for it. */
    static @Nullable String phrase(Cursor cursor) {
        if (cursor.take(Keyword.TIME, Keyword.ZONE)) {
            return "timezone";
        }
        if (cursor.take(Keyword.SESSION, Keyword.AUTHORIZATION)) {
            return "session_authorization";
        }
        if (cursor.is(0, Keyword.TRANSACTION) && cursor.is(1, Keyword.ISOLATION) && cursor.is(2, Keyword.LEVEL)) {
            cursor.moveTo(cursor.at() + 3);
            return "transaction_isolation";
        }
        return variable(cursor);
    }

    /** {@code var_name}: the server looks it up whatever the case of its letters. */
    private static @Nullable String variable(Cursor cursor) {
        String name = cursor.takeName();
        while (name != null && cursor.take(TokenKind.DOT)) {
            String part = cursor.takeName();
            name = part == null || name.length() > LONGEST_NAME ? null : name + '.' + part;
        }
        return name == null ? null : lowerCase(name);
    }

    /** The letters of ASCII only, as {@code guc_name_compare} does. */
    private static String lowerCase(String name) {
        StringBuilder lower = new StringBuilder(name);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower.setCharAt(i, (char) (c + 0x20));
            }
        }
        return lower.toString();
    }

    private static @Nullable SessionEffect values(Cursor cursor, String name, Scope scope) {
        if (cursor.take(Keyword.DEFAULT)) {
            return toDefault(name, scope);
        }
        List<String> values = new ArrayList<>(1);
        boolean known = true;
        do {
            int start = cursor.at();
            String value = value(cursor);
            if (cursor.at() == start) {
                return null;
            }
            known &= value != null && values.size() < MOST_VALUES;
            if (value != null && known) {
                values.add(value);
            }
        } while (cursor.take(TokenKind.COMMA));
        return known ? new SettingSet(name, scope, Becomes.VALUES, List.copyOf(values)) : unknown(name, scope);
    }

    /** One value; null with a step if its text is not plain, null without a step if there is none. */
    private static @Nullable String value(Cursor cursor) {
        if (cursor.atEnd()) {
            return null;
        }
        int token = cursor.at();
        if (isString(cursor)) {
            String text = PlainStrings.text(cursor.tokens(), token);
            return cursor.takeString() ? text : null;
        }
        boolean negative = cursor.takeOperator('-');
        boolean signed = negative || cursor.takeOperator('+');
        if (cursor.is(TokenKind.INTEGER) || cursor.is(TokenKind.NUMERIC)) {
            String digits = source(cursor);
            cursor.skip();
            return negative ? '-' + digits : digits;
        }
        if (signed) {
            cursor.moveTo(token);
            return null;
        }
        return word(cursor);
    }

    /** {@code opt_boolean_or_string}: any word but most of the reserved ones. */
    private static @Nullable String word(Cursor cursor) {
        Keyword keyword = cursor.keyword();
        boolean reserved = keyword != null
                && keyword.isReserved()
                && keyword != Keyword.TRUE
                && keyword != Keyword.FALSE
                && keyword != Keyword.ON;
        return reserved ? null : cursor.takeLabel();
    }

    private static String source(Cursor cursor) {
        int start = cursor.tokens().start(cursor.at());
        int end = cursor.tokens().end(cursor.at());
        return new String(cursor.tokens().text(), start, end - start, StandardCharsets.US_ASCII)
                .toLowerCase(Locale.ROOT);
    }

    private static @Nullable SessionEffect one(Cursor cursor, String name, Scope scope) {
        int start = cursor.at();
        String value = value(cursor);
        if (cursor.at() == start) {
            return null;
        }
        return value == null ? unknown(name, scope) : new SettingSet(name, scope, Becomes.VALUES, List.of(value));
    }

    private static @Nullable SessionEffect timeZone(Cursor cursor, Scope scope) {
        if (cursor.take(Keyword.DEFAULT) || cursor.take(Keyword.LOCAL)) {
            return toDefault("timezone", scope);
        }
        if (cursor.take(Keyword.INTERVAL)) {
            cursor.moveTo(cursor.to());
            return unknown("timezone", scope);
        }
        return one(cursor, "timezone", scope);
    }

    private static SettingSet toDefault(String name, Scope scope) {
        return new SettingSet(name, scope, Becomes.DEFAULT, List.of());
    }

    private static SettingSet unknown(String name, Scope scope) {
        return new SettingSet(name, scope, Becomes.UNKNOWN, List.of());
    }
}
