package io.pgproxy.examples.analyze;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that is known of a statement, as JSON. */
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final FunctionPolicy FUNCTIONS = FunctionPolicy.readOnly();

    private static final SqlTree NOTHING = new UnknownTree(UnknownTree.Reason.NO_QUERY, -1);

    private Report() {}

    /** The report on a text: that of its strictest statement, and if there are several the reports on each of them. */
    public static ObjectNode of(SqlAnalysis analysis) {
        List<AnalyzedStatement> statements = analysis.statements();
        if (statements.isEmpty()) {
            return structure(facts(JSON.createObjectNode(), Facts.empty()), NOTHING);
        }
        List<ObjectNode> reports = statements.stream().map(Report::of).toList();
        ObjectNode report = reports.get(strictest(statements)).deepCopy();
        if (reports.size() > 1) {
            boolean readOnly =
                    reports.stream().allMatch(one -> one.get("readOnly").asBoolean());
            report.put("readOnly", readOnly);
            report.putArray("statements").addAll(reports);
        }
        return report;
    }

    private static int strictest(List<AnalyzedStatement> statements) {
        int strictest = 0;
        for (int i = 1; i < statements.size(); i++) {
            Access before = statements.get(strictest).facts().access();
            if (statements.get(i).facts().access().compareTo(before) > 0) {
                strictest = i;
            }
        }
        return strictest;
    }

    /** The report on one statement. */
    public static ObjectNode of(AnalyzedStatement statement) {
        ObjectNode report = facts(JSON.createObjectNode(), statement.facts());
        structure(report, statement.tree().toCompletableFuture().join());
        report.put("fingerprint", statement.fingerprint().toString());
        report.put("normalized", statement.normalized());
        return report;
    }

    private static ObjectNode facts(ObjectNode report, Facts facts) {
        List<String> reasons = reasons(facts);
        report.put("kind", word(facts.family()));
        report.put("command", word(facts.kind()));
        report.put("access", word(facts.access()));
        report.put("readOnly", reasons.isEmpty());
        report.set("because", strings(reasons.stream()));
        report.put("inBlock", word(facts.inBlock()));
        report.set("transaction", transaction(facts.transaction()));
        ArrayNode session = report.putArray("session");
        facts.effects().forEach(effect -> session.add(effect(effect)));
        report.set("functions", strings(facts.functions().stream().map(Report::name)));
        report.set(
                "unverified",
                strings(called(facts)
                        .filter(function -> verdict(function) instanceof FunctionVerdict.Unknown)
                        .map(Report::name)));
        return report;
    }

    /** Why the statement is no read for somebody who sees only its text; empty if it is one. */
    private static List<String> reasons(Facts facts) {
        Stream<String> access = facts.readsOnly()
                ? Stream.empty()
                : Stream.of(facts.problem() != null ? facts.problem().message() : reason(facts.access()));
        Stream<String> calls = called(facts)
                .map(Report::verdict)
                .filter(FunctionVerdict.Refused.class::isInstance)
                .map(verdict -> ((FunctionVerdict.Refused) verdict).reason());
        return Stream.concat(access, calls).toList();
    }

    private static String reason(Access access) {
        return switch (access) {
            case NONE -> "reads nothing";
            case READ -> "reads";
            case LOCK -> "locks rows or tables";
            case BY_NAME -> "does what the prepared statement or cursor does that it names";
            case WRITE -> "writes";
            case UNKNOWN -> "is not understood";
        };
    }

    /** Forms of the grammar such as COALESCE are no calls that a policy could judge. */
    private static Stream<FunctionName> called(Facts facts) {
        return facts.functions().stream().filter(function -> !function.keyword());
    }

    private static FunctionVerdict verdict(FunctionName function) {
        return FUNCTIONS.decide(function.schema(), function.name());
    }

    private static String name(FunctionName function) {
        return qualified(function.schema(), function.name());
    }

    private static String qualified(@Nullable String schema, String name) {
        return schema == null ? name : schema + "." + name;
    }

    private static ObjectNode effect(SessionEffect effect) {
        ObjectNode node =
                JSON.createObjectNode().put("effect", spaced(effect.getClass().getSimpleName()));
        node.setAll(JSON.<ObjectNode>valueToTree(effect));
        return node;
    }

    private static @Nullable ObjectNode transaction(@Nullable TransactionControl transaction) {
        return transaction == null ? null : JSON.valueToTree(transaction);
    }

    private static ObjectNode structure(ObjectNode report, SqlTree tree) {
        report.put("structureKnown", tree instanceof KnownTree);
        if (tree instanceof KnownTree known) {
            report.set("tables", tables(known.relations().stream().filter(Relation::isStored)));
            report.set("tablesWritten", tables(known.relationsWritten().stream()));
        } else {
            report.putArray("tables");
            report.putArray("tablesWritten");
            report.put("structureReason", word(((UnknownTree) tree).reason()));
        }
        return report;
    }

    private static ArrayNode tables(Stream<Relation> relations) {
        return strings(relations
                .map(relation -> qualified(relation.schema(), relation.name()))
                .distinct());
    }

    private static ArrayNode strings(Stream<String> strings) {
        ArrayNode array = JSON.createArrayNode();
        strings.forEach(array::add);
        return array;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String spaced(String className) {
        return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE
                .translate(className)
                .replace('_', ' ');
    }
}
