# SPDX-License-Identifier: MIT

dist_noinst_DATA += tests/unit/linked-plugins.h tests/unit/support.h

unit_scripts = \
	tests/unit/example-test.sh \
	tests/unit/exports-test.sh
TESTS += $(unit_scripts)
EXTRA_DIST += $(unit_scripts)

if HAVE_CMOCKA
unit_tests = \
	tests/unit/address-test \
	tests/unit/builder-test \
	tests/unit/cluster-test \
	tests/unit/configuration-test \
	tests/unit/conformance-test \
	tests/unit/context-test \
	tests/unit/elf-check-test \
	tests/unit/error-test \
	tests/unit/file-test \
	tests/unit/filter-test \
	tests/unit/fingerprint-test \
	tests/unit/guard-test \
	tests/unit/hash-test \
	tests/unit/host-test \
	tests/unit/host-threads-test \
	tests/unit/hrw-test \
	tests/unit/mapper-settings-test \
	tests/unit/mapper-test \
	tests/unit/memory-test \
	tests/unit/modules-test \
	tests/unit/murmur3-test \
	tests/unit/node-test \
	tests/unit/options-test \
	tests/unit/pace-test \
	tests/unit/plugin-folder-test \
	tests/unit/python-kernel-test \
	tests/unit/python-test \
	tests/unit/settings-test \
	tests/unit/siphash-lanes-test \
	tests/unit/spans-test \
	tests/unit/text-test \
	tests/unit/weight-from-test \
	tests/unit/weighting-python-test \
	tests/unit/yaml-tree-test

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

tests_unit_address_test_CPPFLAGS = $(unit_cppflags)
tests_unit_address_test_CFLAGS = $(unit_cflags)
tests_unit_address_test_LDADD = $(unit_libs)

tests_unit_builder_test_CPPFLAGS = $(unit_cppflags)
tests_unit_builder_test_CFLAGS = $(unit_cflags)
tests_unit_builder_test_LDADD = $(unit_libs)

tests_unit_cluster_test_CPPFLAGS = $(unit_cppflags)
tests_unit_cluster_test_CFLAGS = $(unit_cflags)
tests_unit_cluster_test_LDADD = $(unit_libs)

tests_unit_configuration_test_CPPFLAGS = $(unit_cppflags)
tests_unit_configuration_test_CFLAGS = $(unit_cflags)
tests_unit_configuration_test_LDADD = $(unit_libs)

tests_unit_conformance_test_CPPFLAGS = $(unit_cppflags)
tests_unit_conformance_test_CFLAGS = $(unit_cflags)
tests_unit_conformance_test_LDADD = $(unit_libs)

tests_unit_context_test_CPPFLAGS = $(unit_cppflags)
tests_unit_context_test_CFLAGS = $(unit_cflags)
tests_unit_context_test_LDADD = $(unit_libs)

tests_unit_elf_check_test_CPPFLAGS = $(unit_cppflags)
tests_unit_elf_check_test_CFLAGS = $(unit_cflags)
tests_unit_elf_check_test_LDADD = $(unit_libs)

tests_unit_error_test_CPPFLAGS = $(unit_cppflags)
tests_unit_error_test_CFLAGS = $(unit_cflags)
tests_unit_error_test_LDADD = $(unit_libs)

tests_unit_file_test_CPPFLAGS = $(unit_cppflags)
tests_unit_file_test_CFLAGS = $(unit_cflags)
tests_unit_file_test_LDADD = $(unit_libs)

tests_unit_filter_test_CPPFLAGS = $(unit_cppflags)
tests_unit_filter_test_CFLAGS = $(unit_cflags)
tests_unit_filter_test_LDADD = $(unit_libs)

tests_unit_fingerprint_test_CPPFLAGS = $(unit_cppflags)
tests_unit_fingerprint_test_CFLAGS = $(unit_cflags)
tests_unit_fingerprint_test_LDADD = $(unit_libs)

tests_unit_guard_test_CPPFLAGS = $(unit_cppflags)
tests_unit_guard_test_CFLAGS = $(unit_cflags)
tests_unit_guard_test_LDADD = $(unit_libs)

tests_unit_pace_test_CPPFLAGS = $(unit_cppflags)
tests_unit_pace_test_CFLAGS = $(unit_cflags)
tests_unit_pace_test_LDADD = $(unit_libs)

tests_unit_plugin_folder_test_CPPFLAGS = $(unit_cppflags)
tests_unit_plugin_folder_test_CFLAGS = $(unit_cflags)
tests_unit_plugin_folder_test_LDADD = $(unit_libs)

tests_unit_hash_test_CPPFLAGS = $(unit_cppflags)
tests_unit_hash_test_CFLAGS = $(unit_cflags)
tests_unit_hash_test_LDADD = $(unit_libs)

tests_unit_host_threads_test_CPPFLAGS = $(unit_cppflags)
tests_unit_host_threads_test_CFLAGS = $(unit_cflags)
tests_unit_host_threads_test_LDADD = $(unit_libs)

tests_unit_host_test_CPPFLAGS = $(unit_cppflags)
tests_unit_host_test_CFLAGS = $(unit_cflags)
tests_unit_host_test_LDADD = $(unit_libs)

tests_unit_hrw_test_CPPFLAGS = $(unit_cppflags)
tests_unit_hrw_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_hrw_test_LDADD = $(unit_libs) $(JANSSON_LIBS)

tests_unit_mapper_settings_test_CPPFLAGS = $(unit_cppflags)
tests_unit_mapper_settings_test_CFLAGS = $(unit_cflags)
tests_unit_mapper_settings_test_LDADD = $(unit_libs)

tests_unit_mapper_test_CPPFLAGS = $(unit_cppflags)
tests_unit_mapper_test_CFLAGS = $(unit_cflags)
tests_unit_mapper_test_LDADD = $(unit_libs)

tests_unit_memory_test_CPPFLAGS = $(unit_cppflags)
tests_unit_memory_test_CFLAGS = $(unit_cflags)
tests_unit_memory_test_LDADD = $(unit_libs)

tests_unit_modules_test_CPPFLAGS = $(unit_cppflags)
tests_unit_modules_test_CFLAGS = $(unit_cflags)
tests_unit_modules_test_LDADD = $(unit_libs)

tests_unit_murmur3_test_CPPFLAGS = $(unit_cppflags)
tests_unit_murmur3_test_CFLAGS = $(unit_cflags)
tests_unit_murmur3_test_LDADD = $(unit_libs)

tests_unit_node_test_CPPFLAGS = $(unit_cppflags)
tests_unit_node_test_CFLAGS = $(unit_cflags)
tests_unit_node_test_LDADD = $(unit_libs)

tests_unit_options_test_CPPFLAGS = $(unit_cppflags)
tests_unit_options_test_CFLAGS = $(unit_cflags)
tests_unit_options_test_LDADD = $(unit_libs)

tests_unit_python_kernel_test_CPPFLAGS = $(unit_cppflags)
tests_unit_python_kernel_test_CFLAGS = $(unit_cflags)
tests_unit_python_kernel_test_LDADD = $(unit_libs)

tests_unit_python_test_CPPFLAGS = $(unit_cppflags)
tests_unit_python_test_CFLAGS = $(unit_cflags) $(JANSSON_CFLAGS)
tests_unit_python_test_LDADD = $(unit_libs) $(JANSSON_LIBS)

tests_unit_settings_test_CPPFLAGS = $(unit_cppflags)
tests_unit_settings_test_CFLAGS = $(unit_cflags)
tests_unit_settings_test_LDADD = $(unit_libs)

tests_unit_spans_test_CPPFLAGS = $(unit_cppflags)
tests_unit_spans_test_CFLAGS = $(unit_cflags)
tests_unit_spans_test_LDADD = $(unit_libs)

tests_unit_siphash_lanes_test_CPPFLAGS = $(unit_cppflags)
tests_unit_siphash_lanes_test_CFLAGS = $(unit_cflags)
tests_unit_siphash_lanes_test_LDADD = $(unit_libs)

tests_unit_text_test_CPPFLAGS = $(unit_cppflags)
tests_unit_text_test_CFLAGS = $(unit_cflags)
tests_unit_text_test_LDADD = $(unit_libs)

tests_unit_weight_from_test_CPPFLAGS = $(unit_cppflags)
tests_unit_weight_from_test_CFLAGS = $(unit_cflags)
tests_unit_weight_from_test_LDADD = $(unit_libs)

tests_unit_weighting_python_test_CPPFLAGS = $(unit_cppflags)
tests_unit_weighting_python_test_CFLAGS = $(unit_cflags)
tests_unit_weighting_python_test_LDADD = $(unit_libs)

tests_unit_yaml_tree_test_CPPFLAGS = $(unit_cppflags)
tests_unit_yaml_tree_test_CFLAGS = $(unit_cflags)
tests_unit_yaml_tree_test_LDADD = $(unit_libs)
endif
