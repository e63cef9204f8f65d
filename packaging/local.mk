# SPDX-License-Identifier: MIT
EXTRA_DIST += \
	packaging/debian/changelog \
	packaging/debian/control \
	packaging/debian/copyright \
	packaging/debian/libproxenos-dev.install \
	packaging/debian/libproxenos0.install \
	packaging/debian/libproxenos0.symbols \
	packaging/debian/proxenos-backend-consul.install \
	packaging/debian/proxenos-backend-zookeeper.install \
	packaging/debian/proxenos-hash-digest.install \
	packaging/debian/proxenos-hash-xxhash.install \
	packaging/debian/proxenos-plugins-base.install \
	packaging/debian/proxenos.examples \
	packaging/debian/proxenos.install \
	packaging/debian/libproxenos-dev.lintian-overrides \
	packaging/debian/libproxenos0.lintian-overrides \
	packaging/debian/proxenos.lintian-overrides \
	packaging/debian/proxenos-backend-consul.lintian-overrides \
	packaging/debian/proxenos-backend-zookeeper.lintian-overrides \
	packaging/debian/proxenos-hash-digest.lintian-overrides \
	packaging/debian/proxenos-hash-xxhash.lintian-overrides \
	packaging/debian/proxenos-plugins-base.lintian-overrides \
	packaging/debian/rules \
	packaging/debian/source/format \
	packaging/debian/source/lintian-overrides \
	packaging/debian/tests/control \
	packaging/debian/tests/library \
	packaging/debian/tests/plugin \
	packaging/debian/tests/select \
	packaging/rpm/proxenos.spec \
	packaging/rpm/rpmlint.toml \
	packaging/test-debian \
	packaging/test-rpm \
	packaging/test-static
