package io.pgproxy.hook;

import java.util.List;

/**
 * A hook. A class implements the stages it needs; a lambda is one stage. One instance serves all sessions, so its
 * fields are final or thread-safe.
 */
public sealed interface QueryHook
        permits SessionHook,
                ClassifyHook,
                AnswerHook,
                RewriteHook,
                AdmitHook,
                CacheHook,
                RouteHook,
                TransformHook,
                ObserveHook,
                HookBundle {
    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static SessionHook session(SessionHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static ClassifyHook classify(ClassifyHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static AnswerHook answer(AnswerHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static RewriteHook rewrite(RewriteHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static AdmitHook admit(AdmitHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static CacheHook cache(CacheHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static RouteHook route(RouteHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static TransformHook transform(TransformHook hook) {
        return hook;
    }

    /**
     * Names the stage of a lambda.
     *
     * @param hook the lambda
     * @return the same
     */
    static ObserveHook observe(ObserveHook hook) {
        return hook;
    }

    /**
     * Several hooks as one.
     *
     * @param hooks in their order
     * @return a bundle
     */
    static QueryHook all(QueryHook... hooks) {
        return new HookBundle(List.of(hooks));
    }
}
