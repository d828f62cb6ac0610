package io.pgproxy.testkit.hook.documents;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.RewriteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.SqlText;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.Rewrite;
import io.pgproxy.sql.structure.Rewriter;
import io.pgproxy.sql.structure.Splice;
import io.pgproxy.sql.structure.SqlTree;
import java.util.List;

/** Each user sees the view of its tenant in the place of the table "orders". */
public final class TenantRows implements SessionHook, RewriteHook {
    private static final Attribute<Integer> TENANT = Attribute.named("tenant");
    private static final Verdict<String> REFUSED = Verdict.reject("42501", "this statement cannot be kept to a tenant");

    @Override
    public Verdict<Terms> authenticated(Session session) {
        session.set(TENANT, Integer.valueOf(session.user().replaceFirst(".*_", "")));
        return Verdict.proceed();
    }

    @Override
    public Verdict<String> rewrite(Statement statement) {
        if (!statement.facts().readsOnly()) {
            return REFUSED;
        }
        return Verdict.defer(statement.tree().thenApply(tree -> rewritten(statement, tree)));
    }

    private static Verdict<String> rewritten(Statement statement, SqlTree tree) {
        if (!(tree instanceof KnownTree known)) {
            return REFUSED;
        }
        int tenant = statement.session().require(TENANT);
        List<Splice> splices = known.relations().stream()
                .filter(relation -> relation.isStored() && relation.name().equals("orders"))
                .map(orders -> Splice.replace(orders.item(), view(orders, tenant)))
                .toList();
        Rewrite rewrite = Rewriter.rewrite(SqlText.of(statement.sql()), true, splices);
        return rewrite instanceof Rewrite.Rewritten done
                ? Verdict.of(done.text().string())
                : REFUSED;
    }

    private static String view(Relation orders, int tenant) {
        return "orders_of_" + tenant + " AS " + Names.quoted(orders.visibleName());
    }
}
