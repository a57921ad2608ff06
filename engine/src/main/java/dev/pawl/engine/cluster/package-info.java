/**
 * How nodes over one database become a cluster, and stop being one: finding each other, finding the
 * dead, and knowing when a node may answer.
 */
@NullMarked
package dev.pawl.engine.cluster;

import org.jspecify.annotations.NullMarked;
