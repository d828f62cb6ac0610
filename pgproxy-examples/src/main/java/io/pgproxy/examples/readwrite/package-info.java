/** What the proxy that sends reads to replicas is made of. */
@NullMarked
package io.pgproxy.examples.readwrite;

import org.jspecify.annotations.NullMarked;
