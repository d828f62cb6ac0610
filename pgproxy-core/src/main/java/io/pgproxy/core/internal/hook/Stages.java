package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.CacheHook;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.ClassifyHook;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.HookBundle;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.RewriteHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.TransformHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.ProxyMetrics;
import java.util.ArrayList;
import java.util.List;

/** A chain, sorted into its stages. Immutable; shared by all sessions. */
final class Stages {
    /** What these stages begin with; that nobody has decided is told by the name of who did. */
    static final Answer UNCLAIMED = new Answer(List.of(), execution -> Verdict.proceed());

    static final CacheUse UNCACHED = new CacheUse.Keep(recording -> {}, 0);
    static final Route UNROUTED = new Route.One("");

    final List<Registered<SessionHook>> sessions;
    final List<Registered<ClassifyHook>> classify;
    final List<Registered<TransformHook>> transform;
    final List<Registered<ObserveHook>> observe;
    final Stage<SessionHook, Session, Startup> connected;
    final Stage<SessionHook, Session, Terms> authenticated;
    final Stage<AnswerHook, Statement, Answer> answer;
    final Stage<RewriteHook, SqlStatement, String> rewrite;
    final Stage<AdmitHook, Execution, Terms> admit;
    final Stage<CacheHook, Execution, CacheUse> cache;
    final Stage<RouteHook, Exchange, Route> route;

    private final boolean movesBlocks;
    private final HookChain chain;
    private final ProxyMetrics metrics;

    Stages(HookChain chain, ProxyMetrics metrics) {
        this.chain = chain;
        this.metrics = metrics;
        sessions = of(SessionHook.class);
        classify = of(ClassifyHook.class);
        transform = of(TransformHook.class);
        observe = of(ObserveHook.class);
        connected = new Connected(sessions, metrics);
        authenticated = new Authenticated(sessions, metrics);
        answer = new Answers(of(AnswerHook.class), metrics);
        rewrite = new Rewrites(of(RewriteHook.class), metrics);
        admit = new Admits(of(AdmitHook.class), metrics);
        cache = new Caches(of(CacheHook.class), metrics);
        route = new Routes(of(RouteHook.class), metrics);
        movesBlocks = route.hooks().stream().anyMatch(each -> each.hook().movesBlocks());
    }

    ProxyMetrics metrics() {
        return metrics;
    }

    HookChain chain() {
        return chain;
    }

    boolean isEmpty() {
        return chain.entries().isEmpty();
    }

    /** Whether statements are looked at: with hooks on sessions alone they pass unseen. */
    boolean readsSql() {
        return !(classify.isEmpty()
                && transform.isEmpty()
                && observe.isEmpty()
                && answer.isEmpty()
                && rewrite.isEmpty()
                && admit.isEmpty()
                && cache.isEmpty()
                && route.isEmpty());
    }

    /** Whether somebody wants to know what upstreams describe. */
    boolean readsColumns() {
        return !transform.isEmpty() || !cache.isEmpty();
    }

    /** Whether a block may have to go on elsewhere. */
    boolean movesBlocks() {
        return movesBlocks;
    }

    private <H extends QueryHook> List<Registered<H>> of(Class<H> stage) {
        List<Registered<H>> found = new ArrayList<>();
        for (HookChain.Entry entry : chain.entries()) {
            collect(entry.name(), entry.hook(), entry.options(), stage, found);
        }
        return List.copyOf(found);
    }

    private static <H extends QueryHook> void collect(
            String name, QueryHook hook, HookOptions options, Class<H> stage, List<Registered<H>> found) {
        if (hook instanceof HookBundle bundle) {
            bundle.hooks().forEach(part -> collect(name, part, options, stage, found));
        } else if (stage.isInstance(hook)) {
            found.add(new Registered<>(name, stage.cast(hook), options));
        }
    }

    private static final class Connected extends Stage<SessionHook, Session, Startup> {
        Connected(List<Registered<SessionHook>> hooks, ProxyMetrics metrics) {
            super("session", hooks, false, metrics);
        }

        @Override
        Verdict<Startup> ask(SessionHook hook, Session session, Startup known) {
            return hook.connected(session, known);
        }

        @Override
        Startup combine(Startup known, Startup said) {
            return said;
        }
    }

    private static final class Authenticated extends Stage<SessionHook, Session, Terms> {
        Authenticated(List<Registered<SessionHook>> hooks, ProxyMetrics metrics) {
            super("session", hooks, false, metrics);
        }

        @Override
        Verdict<Terms> ask(SessionHook hook, Session session, Terms known) {
            return hook.authenticated(session);
        }

        @Override
        Terms combine(Terms known, Terms said) {
            return known.and(said);
        }
    }

    private static final class Answers extends Stage<AnswerHook, Statement, Answer> {
        Answers(List<Registered<AnswerHook>> hooks, ProxyMetrics metrics) {
            super("answer", hooks, false, metrics);
        }

        @Override
        Verdict<Answer> ask(AnswerHook hook, Statement statement, Answer known) {
            return hook.answer(statement);
        }

        @Override
        Answer combine(Answer known, Answer said) {
            return said;
        }

        @Override
        boolean isDecidedByFirst() {
            return true;
        }
    }

    private static final class Rewrites extends Stage<RewriteHook, SqlStatement, String> {
        Rewrites(List<Registered<RewriteHook>> hooks, ProxyMetrics metrics) {
            super("rewrite", hooks, false, metrics);
        }

        @Override
        Verdict<String> ask(RewriteHook hook, SqlStatement statement, String known) {
            return hook.rewrite(statement.withText(known));
        }

        @Override
        String combine(String known, String said) {
            return said;
        }
    }

    private static final class Admits extends Stage<AdmitHook, Execution, Terms> {
        Admits(List<Registered<AdmitHook>> hooks, ProxyMetrics metrics) {
            super("admit", hooks, false, metrics);
        }

        @Override
        Verdict<Terms> ask(AdmitHook hook, Execution execution, Terms known) {
            return hook.admit(execution);
        }

        @Override
        Terms combine(Terms known, Terms said) {
            return known.and(said);
        }
    }

    private static final class Caches extends Stage<CacheHook, Execution, CacheUse> {
        Caches(List<Registered<CacheHook>> hooks, ProxyMetrics metrics) {
            super("cache", hooks, true, metrics);
        }

        @Override
        Verdict<CacheUse> ask(CacheHook hook, Execution execution, CacheUse known) {
            return hook.lookup(execution);
        }

        @Override
        CacheUse combine(CacheUse known, CacheUse said) {
            return said;
        }

        @Override
        boolean isDecidedByFirst() {
            return true;
        }
    }

    private static final class Routes extends Stage<RouteHook, Exchange, Route> {
        Routes(List<Registered<RouteHook>> hooks, ProxyMetrics metrics) {
            super("route", hooks, false, metrics);
        }

        @Override
        Verdict<Route> ask(RouteHook hook, Exchange exchange, Route known) {
            return hook.route(exchange);
        }

        @Override
        Route combine(Route known, Route said) {
            return said;
        }

        @Override
        boolean isDecidedByFirst() {
            return true;
        }
    }
}
