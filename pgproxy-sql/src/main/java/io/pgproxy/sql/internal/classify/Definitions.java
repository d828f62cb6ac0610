package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FactsBuilder;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.List;

/** Whatever its first words tell: definitions, maintenance, and all that needs no grammar of its own. */
final class Definitions {
    private final Preparables preparables;
    private final PreparedStatements prepared;

    Definitions(Preparables preparables, PreparedStatements prepared) {
        this.preparables = preparables;
        this.prepared = prepared;
    }

    Facts classify(Cursor cursor) {
        Tokens tokens = cursor.tokens();
        int from = cursor.at();
        StatementKind kind = KindTable.find(cursor);
        if (kind == null) {
            return Facts.unknown();
        }
        int name = cursor.at();
        List<FunctionName> functions = preparables.functions(tokens, from, cursor.to());
        if (functions == null) {
            return Facts.unknown();
        }
        if (kind == StatementKind.CREATE_TABLE || kind == StatementKind.CREATE_MATERIALIZED_VIEW) {
            return madeFrom(cursor, kind, functions, from, name);
        }
        FactsBuilder facts = Facts.builder(kind).functions(functions);
        facts.inBlock(BlockRules.of(kind, cursor));
        if (isTemporary(kind, cursor, from, name)) {
            facts.effect(new SessionEffect.TemporaryObjectCreated());
        } else if (kind.access() == Access.UNKNOWN) {
            facts.effect(new SessionEffect.Untracked());
        }
        return facts.build();
    }

    private Facts madeFrom(Cursor cursor, StatementKind kind, List<FunctionName> functions, int from, int name) {
        int query = behindAs(cursor, name);
        boolean as = query != Ranges.NONE;
        FactsBuilder facts =
                Facts.builder(as && kind == StatementKind.CREATE_TABLE ? StatementKind.CREATE_TABLE_AS : kind);
        facts.functions(functions);
        if (isTemporary(kind, cursor, from, name)) {
            facts.effect(new SessionEffect.TemporaryObjectCreated());
        }
        if (as) {
            Facts inner = inner(cursor, query);
            facts.inner(inner).effects(inner.effects());
        }
        return facts.build();
    }

    /** Without the trailing WITH DATA, which is no part of EXECUTE's grammar. */
    private Facts inner(Cursor cursor, int query) {
        Tokens tokens = cursor.tokens();
        if (!tokens.is(query, Keyword.EXECUTE)) {
            return preparables.query(tokens, query, cursor.to());
        }
        Cursor execute = new Cursor(tokens, query, withoutData(cursor));
        Facts facts = prepared.execute(execute);
        return facts == null ? Facts.unknown() : facts;
    }

    private static int withoutData(Cursor cursor) {
        int to = cursor.to();
        Tokens tokens = cursor.tokens();
        if (!tokens.is(to - 1, Keyword.DATA)) {
            return to;
        }
        int with = tokens.is(to - 2, Keyword.NO) ? to - 3 : to - 2;
        return tokens.is(with, Keyword.WITH) ? with : to;
    }

    /** Where the query begins of which something is made: behind the first AS outside of parentheses. */
    private static int behindAs(Cursor cursor, int from) {
        Tokens tokens = cursor.tokens();
        int depth = 0;
        for (int token = from; token + 1 < cursor.to(); token++) {
            if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                depth++;
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS)) {
                depth--;
            } else if (depth == 0 && tokens.is(token, Keyword.AS) && !tokens.is(token - 1, TokenKind.DOT)) {
                return token + 1;
            }
        }
        return Ranges.NONE;
    }

    private static boolean isTemporary(StatementKind kind, Cursor cursor, int from, int name) {
        Tokens tokens = cursor.tokens();
        if (!tokens.is(from, Keyword.CREATE)) {
            return false;
        }
        for (int token = from + 1; token < name; token++) {
            if (tokens.is(token, Keyword.TEMP) || tokens.is(token, Keyword.TEMPORARY)) {
                return true;
            }
        }
        if (kind == StatementKind.CREATE_SCHEMA || kind == StatementKind.CREATE_INDEX) {
            return false;
        }
        Cursor named = new Cursor(tokens, name, cursor.to());
        if (named.take(Keyword.IF, Keyword.NOT)) {
            named.take(Keyword.EXISTS);
        }
        return Temporary.isSchema(named);
    }
}
