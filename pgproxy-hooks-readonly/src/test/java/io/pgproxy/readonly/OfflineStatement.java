package io.pgproxy.readonly;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Comment;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.structure.SqlTree;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A statement as it was analysed, with what is known of the statement that it names. */
record OfflineStatement(Session session, AnalyzedStatement analyzed, String sql, Facts facts, Form form)
        implements Statement {
    @Override
    public String original() {
        return analyzed.sql();
    }

    @Override
    public Fingerprint fingerprint() {
        return analyzed.fingerprint();
    }

    @Override
    public String normalized() {
        return analyzed.normalized();
    }

    @Override
    public List<Comment> leadingComments() {
        return analyzed.leadingComments();
    }

    @Override
    public List<Comment> trailingComments() {
        return analyzed.trailingComments();
    }

    @Override
    public List<Integer> parameterTypes() {
        return List.of();
    }

    @Override
    public CompletionStage<SqlTree> tree() {
        return analyzed.tree();
    }
}
