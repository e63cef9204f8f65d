# SPDX-License-Identifier: MIT
cli_tests = \
	tests/cli/bad-usage-test.sh \
	tests/cli/completion-test.sh \
	tests/cli/configuration-test.sh \
	tests/cli/diff-test.sh \
	tests/cli/exec-test.sh \
	tests/cli/nodes-test.sh \
	tests/cli/options-documented-test.sh \
	tests/cli/plugins-test.sh \
	tests/cli/select-test.sh \
	tests/cli/stdin-test.sh \
	tests/cli/streams-test.sh
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests)
