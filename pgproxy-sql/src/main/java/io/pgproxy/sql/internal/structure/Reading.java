package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.CommonTable;
import io.pgproxy.sql.structure.FunctionCall;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.OutputColumn;
import io.pgproxy.sql.structure.ParameterUse;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What our own reading of a statement has found: the parts of the tree, and the tokens where they stand. */
final class Reading {
    private final Tokens tokens;
    private final int offset;
    private final @Nullable Mark[] marks;

    final List<QueryLevel> levels = new ArrayList<>();
    final List<Relation> relations = new ArrayList<>();
    final List<CommonTable> commonTables = new ArrayList<>();
    final List<FunctionCall> functions = new ArrayList<>();
    final List<OutputColumn> columns = new ArrayList<>();
    final List<ParameterUse> parameters = new ArrayList<>();

    /** For each relation the token of its alias, or -1. */
    final List<Integer> aliasTokens = new ArrayList<>();
    /** For each level the token of its SELECT, TABLE or VALUES, or -1 if it is none of these. */
    final List<Integer> levelTokens = new ArrayList<>();

    final BitSet relationTokens = new BitSet();
    private final List<Integer> relationAt = new ArrayList<>();
    /** Calls by a name, which JSqlParser must see as calls too. */
    final BitSet callTokens = new BitSet();

    final BitSet selectTokens = new BitSet();
    final BitSet commonTableTokens = new BitSet();
    boolean writes;
    boolean locks;

    Reading(Tokens tokens, int offset, int last) {
        this.tokens = tokens;
        this.offset = offset;
        this.marks = new Mark[last];
    }

    void mark(int token, Mark mark) {
        marks[token] = mark;
    }

    void drop(int from, int to) {
        for (int token = from; token < to; token++) {
            marks[token] = Mark.DROP;
        }
    }

    @Nullable
    Mark markOf(int token) {
        return marks[token];
    }

    /** The bytes of the tokens from the first one to the one in front of {@code behind}, in the original text. */
    Span span(int first, int behind) {
        return new Span(offset + tokens.start(first), offset + tokens.end(behind - 1));
    }

    int offset(int token) {
        return token < 0 ? -1 : offset + tokens.start(token);
    }

    /** A level whose spans are not known yet. */
    int openLevel(int parent, QueryLevel.Place place, QueryLevel.Kind kind, int first) {
        Span none = span(first, first + 1);
        levels.add(new QueryLevel(parent, place, kind, none, null, null, null));
        boolean select = kind == QueryLevel.Kind.SELECT || kind == QueryLevel.Kind.TABLE;
        levelTokens.add(select ? first : -1);
        if (select) {
            selectTokens.set(first);
        }
        return levels.size() - 1;
    }

    void addRelation(Relation relation, int token, int aliasToken) {
        relations.add(relation);
        relationAt.add(token);
        relationTokens.set(token);
        aliasTokens.add(aliasToken);
    }

    /** A relation that JSqlParser does not get to see. */
    void addUnparsedRelation(Relation relation) {
        relations.add(relation);
        relationAt.add(-1);
        aliasTokens.add(-1);
    }

    /** The token of a relation's name as JSqlParser sees it, or -1. */
    int tokenOfRelation(int index) {
        return relationAt.get(index);
    }

    KnownTree tree() {
        relations.sort(
                (one, other) -> Integer.compare(one.span().start(), other.span().start()));
        functions.sort(
                (one, other) -> Integer.compare(one.span().start(), other.span().start()));
        return new KnownTree(levels, relations, commonTables, functions, columns, parameters);
    }
}
