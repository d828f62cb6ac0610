package io.pgproxy.cache;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Notes, before anything is sent, what it will write and which settings it will change. For any thread. */
final class Writes {
    private static final SearchPath NOWHERE = SearchPath.of();

    private final WriteAnalysis analysis;
    private final boolean upstreamIsReadOnly;

    /**
     * Notes.
     *
     * @param upstreamIsReadOnly whether nothing that is sent can write
     */
    Writes(WriteAnalysis analysis, boolean upstreamIsReadOnly) {
        this.analysis = analysis;
        this.upstreamIsReadOnly = upstreamIsReadOnly;
    }

    /** Notes what an execution will do; its verdict never refuses, and comes later where a text has to be parsed. */
    Verdict<Terms> note(Execution execution, CachedSession session) {
        session.settle();
        Statement statement = execution.statement();
        Facts facts = statement.facts();
        TransactionControl control = facts.transaction();
        if (control != null) {
            controls(execution, session, control);
        }
        if (facts.family() == StatementFamily.READ && facts.functions().isEmpty()) {
            session.settings().willRun(execution, facts, false, null);
            return Verdict.proceed();
        }
        if (!WriteAnalysis.needsTree(facts)) {
            note(execution, session, new UnknownTree(UnknownTree.Reason.NO_QUERY, 0));
            return Verdict.proceed();
        }
        CompletableFuture<SqlTree> tree = statement.tree().toCompletableFuture();
        if (tree.isDone() && !tree.isCompletedExceptionally()) {
            note(execution, session, tree.join());
            return Verdict.proceed();
        }
        return Verdict.defer(tree.exceptionally(failure -> new UnknownTree(UnknownTree.Reason.NO_QUERY, 0))
                .thenApplyAsync(
                        known -> {
                            note(execution, session, known);
                            return Verdict.proceed();
                        },
                        execution.session().executor()));
    }

    private static void controls(Execution execution, CachedSession session, TransactionControl control) {
        session.block().willRun(execution, control, session.isReadCommittedByDefault());
        switch (control.action()) {
            case COMMIT, PREPARE -> session.writes().commits();
            case SET_CHARACTERISTICS -> session.settings().willRun(execution, characteristics(control));
            default -> {}
        }
    }

    /** SET SESSION CHARACTERISTICS sets what a setting sets, too: drivers choose their isolation so. */
    private static List<SessionEffect> characteristics(TransactionControl control) {
        TransactionControl.Isolation isolation = control.isolation();
        return isolation == null
                ? List.of()
                : List.of(new SessionEffect.SettingSet(
                        CachedSession.ISOLATION,
                        SessionEffect.Scope.SESSION,
                        SessionEffect.Becomes.VALUES,
                        List.of(isolation.name().toLowerCase(Locale.ROOT).replace('_', ' '))));
    }

    private void note(Execution execution, CachedSession session, SqlTree tree) {
        Facts facts = execution.statement().facts();
        DatabaseVersions versions = session.database().versions();
        long known = versions.definitions();
        Catalog catalog = session.database().catalog();
        SearchPath path = session.path(execution.terms().settings());
        Doubt asked =
                new Doubt(analysis, facts, tree, execution.statement().sql(), path == null ? NOWHERE : path, known);
        Writing writing = asked.judged(catalog == null ? Catalog.offline() : catalog, known);
        Doubt doubt = catalog == null && writing instanceof Writing.Everything ? asked : null;
        if (SetByCall.isIn(facts)) {
            session.settings()
                    .willRun(execution, SetByCall.effects(execution.statement().sql()));
        } else {
            boolean unseen = writing instanceof Writing.Everything && isUnseen(facts);
            session.settings().willRun(execution, facts, unseen, doubt);
        }
        if (upstreamIsReadOnly) {
            return;
        }
        if (writing instanceof Writing.Tables some) {
            List<TableVersion> tables = new ArrayList<>(some.tables().size());
            some.tables().forEach(oid -> tables.add(versions.table(oid)));
            session.writes().add(execution, tables, false, null, known, isInBlock(execution, session));
        } else if (writing instanceof Writing.Everything all) {
            switch (facts.kind()) {
                case ALTER_ROLE, ALTER_DATABASE, ALTER_SYSTEM -> versions.willChangeDefaults();
                default -> {}
            }
            session.writes()
                    .add(
                            execution,
                            List.of(versions.everything()),
                            all.definitions(),
                            doubt,
                            known,
                            isInBlock(execution, session));
        }
    }

    /**
     * Whether it certainly runs in a block, if it runs. What is sent behind something that may fail may find no block
     * there; but in one batch with its BEGIN it is skipped with that.
     */
    private static boolean isInBlock(Execution execution, CachedSession session) {
        return execution.transaction() == TransactionStatus.IN_TRANSACTION
                && execution.statement().form() != Statement.Form.PART_OF_QUERY
                && (execution.session().transaction() == TransactionStatus.IN_TRANSACTION
                        || session.block().isCertain()
                        || begins(execution.exchange().executions().get(0)));
    }

    private static boolean begins(Execution execution) {
        TransactionControl control = execution.statement().facts().transaction();
        return control != null && control.action() == TransactionControl.Action.BEGIN;
    }

    /** Whether it runs what nobody can read, which may change settings. */
    private static boolean isUnseen(Facts facts) {
        if (facts.access() == Access.UNKNOWN
                || facts.kind() == StatementKind.DO
                || facts.kind() == StatementKind.CALL) {
            return true;
        }
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof SessionEffect.Untracked) {
                return true;
            }
        }
        for (FunctionName function : facts.functions()) {
            if (!(FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Allowed)) {
                return true;
            }
        }
        return false;
    }
}
