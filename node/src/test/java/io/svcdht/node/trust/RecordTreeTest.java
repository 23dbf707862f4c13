package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.svcdht.node.wire.Signature;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTreeTest {
    private final RecordTree tree = new RecordTree();
    private final Random random = new Random(11);

    private List<Key> leaves(int n) {
        List<Key> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 100, 1_023, 1_025})
    void every_leaf_has_a_way_to_the_root_and_no_other_leaf_has_it(int n) {
        List<Key> leaves = leaves(n);
        RecordTree.Batch batch = tree.over(leaves);
        int depth = n == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(n - 1);
        for (int i = 0; i < n; i++) {
            List<Key> path = batch.paths().get(i);
            assertThat(path).hasSize(depth);
            assertThat(tree.rootOf(leaves.get(i), path)).isEqualTo(batch.root());
            assertThat(tree.rootOf(leaves(1).getFirst(), path)).isNotEqualTo(batch.root());
        }
    }

    @Test
    void the_largest_batch_has_the_longest_path_that_is_read() {
        RecordTree.Batch batch = tree.over(leaves(RecordTree.RECORDS_MAX));
        assertThat(batch.paths().getLast()).hasSize(Signature.PATH_MAX);
        assertThatIllegalArgumentException().isThrownBy(() -> tree.over(leaves(RecordTree.RECORDS_MAX + 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> tree.over(List.of()));
    }

    @Test
    void a_path_that_was_cut_prolonged_or_turned_around_leads_elsewhere() {
        List<Key> leaves = leaves(6);
        RecordTree.Batch batch = tree.over(leaves);
        List<Key> path = batch.paths().get(4);
        assertThat(tree.rootOf(leaves.get(4), path.subList(0, 2))).isNotEqualTo(batch.root());
        assertThat(tree.rootOf(leaves.get(4), path.reversed())).isNotEqualTo(batch.root());
        List<Key> longer = new ArrayList<>(path);
        longer.add(leaves.getFirst());
        assertThat(tree.rootOf(leaves.get(4), longer)).isNotEqualTo(batch.root());
        // A node further up is no leaf: its depth is another one.
        RecordTree.Batch pair = tree.over(leaves.subList(0, 2));
        Key node = new RecordTree().over(leaves.subList(0, 2)).root();
        assertThat(tree.rootOf(node, List.of())).isNotEqualTo(pair.root());
    }

    @Test
    void an_empty_place_is_nobodys() {
        List<Key> leaves = leaves(3);
        RecordTree.Batch batch = tree.over(leaves);
        assertThat(batch.paths().get(2).getFirst()).isEqualTo(new Key(0, 0, 0, 0));
        assertThat(tree.leaf(new byte[0], new byte[64])).isNotEqualTo(new Key(0, 0, 0, 0));
    }

    @Test
    void leaf_and_node_are_of_different_kinds() {
        Key a = leaves(1).getFirst();
        Key b = leaves(1).getFirst();
        Key low = a.compareTo(b) <= 0 ? a : b;
        Key high = low.equals(a) ? b : a;
        Key asLeaf = tree.leaf(low.bytes(), high.bytes());
        assertThat(tree.rootOf(asLeaf, List.of()))
                .as("a record whose bytes are two nodes is not the node above them")
                .isNotEqualTo(tree.rootOf(a, List.of(b)));
        assertThat(tree.over(List.of(a, b)).root()).isEqualTo(tree.rootOf(a, List.of(b)));
    }
}
