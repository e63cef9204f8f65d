# SPDX-License-Identifier: MIT
EXTRA_DIST += examples/demo.sh examples/nodes.yaml
