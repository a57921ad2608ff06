package dev.pawl.engine.lock;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map in the order of its keys that never changes: one with an entry more or less is another,
 * which shares all but a few nodes with it. So a state that holds a thousand entries costs a fold
 * no more than the one entry that a fact is about.
 *
 * <p>A balanced tree: of two branches the one is at most by one higher than the other.
 */
public final class Ledger<K extends Comparable<? super K>, V> extends AbstractMap<K, V> {
  private final @Nullable Node<K, V> root;

  private Ledger(@Nullable Node<K, V> root) {
    this.root = root;
  }

  private record Node<K, V>(
      @Nullable Node<K, V> less, K key, V value, @Nullable Node<K, V> more, int height, int size) {
    Map.Entry<K, V> entry() {
      return Map.entry(key, value);
    }
  }

  /** Nothing yet. */
  static <K extends Comparable<? super K>, V> Ledger<K, V> empty() {
    return new Ledger<>(null);
  }

  static <K extends Comparable<? super K>, V> Ledger<K, V> of(Map<K, V> entries) {
    Ledger<K, V> all = empty();
    for (Map.Entry<K, V> entry : entries.entrySet()) {
      all = all.with(entry.getKey(), entry.getValue());
    }
    return all;
  }

  /** The same with this entry, in place of the one of its key if there is one. */
  Ledger<K, V> with(K key, V value) {
    return new Ledger<>(put(root, key, value));
  }

  /** The same without the entry of this key. */
  Ledger<K, V> without(K key) {
    return find(key).isPresent() ? new Ledger<>(remove(root, key)) : this;
  }

  Optional<V> find(K key) {
    Node<K, V> node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return Optional.of(node.value);
      }
      node = order < 0 ? node.less : node.more;
    }
    return Optional.empty();
  }

  Optional<Map.Entry<K, V>> first() {
    return Optional.ofNullable(root).map(Ledger::leftmost).map(Node::entry);
  }

  Optional<Map.Entry<K, V>> last() {
    Node<K, V> node = root;
    while (node != null && node.more != null) {
      node = node.more;
    }
    return Optional.ofNullable(node).map(Node::entry);
  }

  @Override
  public int size() {
    return size(root);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  // As in each sorted map, a key of another type is a mistake of whoever asks.
  @SuppressWarnings("unchecked")
  @Override
  public @Nullable V get(@Nullable Object key) {
    return key == null ? null : find((K) key).orElse(null);
  }

  @Override
  public Set<Map.Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return Ledger.this.size();
      }

      @Override
      public Iterator<Map.Entry<K, V>> iterator() {
        return new InOrder<>(root);
      }
    };
  }

  private static final class InOrder<K, V> implements Iterator<Map.Entry<K, V>> {
    private final Deque<Node<K, V>> open = new ArrayDeque<>();

    InOrder(@Nullable Node<K, V> root) {
      descend(root);
    }

    private void descend(@Nullable Node<K, V> from) {
      for (Node<K, V> node = from; node != null; node = node.less) {
        open.push(node);
      }
    }

    @Override
    public boolean hasNext() {
      return !open.isEmpty();
    }

    @Override
    public Map.Entry<K, V> next() {
      Node<K, V> node = open.poll();
      if (node == null) {
        throw new NoSuchElementException();
      }
      descend(node.more);
      return node.entry();
    }
  }

  private static int size(@Nullable Node<?, ?> node) {
    return node == null ? 0 : node.size;
  }

  private static int height(@Nullable Node<?, ?> node) {
    return node == null ? 0 : node.height;
  }

  private static <K, V> Node<K, V> leftmost(Node<K, V> from) {
    Node<K, V> node = from;
    while (node.less != null) {
      node = node.less;
    }
    return node;
  }

  private static <K extends Comparable<? super K>, V> Node<K, V> put(
      @Nullable Node<K, V> node, K key, V value) {
    if (node == null) {
      return node(null, key, value, null);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return node(node.less, key, value, node.more);
    }
    return order < 0
        ? balanced(put(node.less, key, value), node.key, node.value, node.more)
        : balanced(node.less, node.key, node.value, put(node.more, key, value));
  }

  private static <K extends Comparable<? super K>, V> @Nullable Node<K, V> remove(
      @Nullable Node<K, V> node, K key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order < 0) {
      return balanced(remove(node.less, key), node.key, node.value, node.more);
    } else if (order > 0) {
      return balanced(node.less, node.key, node.value, remove(node.more, key));
    } else if (node.more == null) {
      return node.less;
    }
    Node<K, V> next = leftmost(node.more);
    return balanced(node.less, next.key, next.value, remove(node.more, next.key));
  }

  private static <K, V> Node<K, V> node(
      @Nullable Node<K, V> less, K key, V value, @Nullable Node<K, V> more) {
    return new Node<>(
        less,
        key,
        value,
        more,
        Math.max(height(less), height(more)) + 1,
        size(less) + size(more) + 1);
  }

  /** Of branches whose heights differ by two at most, since one of them has just changed. */
  private static <K, V> Node<K, V> balanced(
      @Nullable Node<K, V> less, K key, V value, @Nullable Node<K, V> more) {
    if (less != null && less.height > height(more) + 1) {
      Node<K, V> inner = less.more;
      return inner == null || height(less.less) >= inner.height
          ? node(less.less, less.key, less.value, node(inner, key, value, more))
          : node(
              node(less.less, less.key, less.value, inner.less),
              inner.key,
              inner.value,
              node(inner.more, key, value, more));
    }
    if (more != null && more.height > height(less) + 1) {
      Node<K, V> inner = more.less;
      return inner == null || height(more.more) >= inner.height
          ? node(node(less, key, value, inner), more.key, more.value, more.more)
          : node(
              node(less, key, value, inner.less),
              inner.key,
              inner.value,
              node(inner.more, more.key, more.value, more.more));
    }
    return node(less, key, value, more);
  }
}
