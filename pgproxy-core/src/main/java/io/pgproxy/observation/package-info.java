/**
 * A Micrometer observation for each execution, below the trace that the client has named in a comment. Needs
 * {@code micrometer-observation} at run time; nothing else of the proxy does.
 *
 * <p>A host that is a module requires {@code micrometer.observation} and {@code micrometer.commons} by itself: the core
 * does not pass them on, since whoever requires a module has to have all that it passes on, even if that is optional.
 */
@NullMarked
package io.pgproxy.observation;

import org.jspecify.annotations.NullMarked;
