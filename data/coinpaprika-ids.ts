/**
 * CoinPaprika's ids of large coins with CoinGecko's ids of the same coins. Both are stable. Only coins whose identity
 * is certain are listed; a missing one is left out of a fallback poll.
 */
const pairs = `
  1inch-1inch 1inch
  aave-new aave
  ada-cardano cardano
  akt-akash-network akash-network
  algo-algorand algorand
  amp-amp amp-token
  ankr-ankr-network ankr
  ape-apecoin apecoin
  apt-aptos aptos
  ar-arweave arweave
  arb-arbitrum arbitrum
  atom-cosmos cosmos
  avax-avalanche avalanche-2
  axs-axie-infinity axie-infinity
  bal-balancer balancer
  band-band-protocol band-protocol
  bat-basic-attention-token basic-attention-token
  bch-bitcoin-cash bitcoin-cash
  bnb-binance-coin binancecoin
  bnt-bancor bancor
  bsv-bitcoin-sv bitcoin-cash-sv
  btc-bitcoin bitcoin
  bttc-bittorrent-chain bittorrent
  cake-pancakeswap pancakeswap-token
  celo-celo celo
  chz-chiliz chiliz
  ckb-nervos-network nervos-network
  comp-compoundd compound-governance-token
  cro-cryptocom-chain crypto-com-chain
  crv-curve-dao-token curve-dao-token
  cvx-convex-finance convex-finance
  dai-dai dai
  dash-dash dash
  dcr-decred decred
  dgb-digibyte digibyte
  doge-dogecoin dogecoin
  dot-polkadot polkadot
  egld-elrond elrond-erd-2
  enj-enjin-coin enjincoin
  ens-ethereum-name-service ethereum-name-service
  eos-eos eos
  etc-ethereum-classic ethereum-classic
  eth-ethereum ethereum
  fil-filecoin filecoin
  flow-flow flow
  ftm-fantom fantom
  gala-gala gala
  glm-golem golem
  gno-gnosis gnosis
  grt-the-graph the-graph
  gt-gatechain-token gatechain-token
  hbar-hedera-hashgraph hedera-hashgraph
  hive-hive hive
  hnt-helium helium
  hot-holo holotoken
  icp-internet-computer internet-computer
  icx-icon icon
  imx-immutable-x immutable-x
  inj-injective-protocol injective-protocol
  iotx-iotex iotex
  jst-just just
  kas-kaspa kaspa
  kava-kava kava
  kcs-kucoin-token kucoin-shares
  ksm-kusama kusama
  ldo-lido-dao lido-dao
  leo-leo-token leo-token
  link-chainlink chainlink
  lpt-livepeer livepeer
  lrc-loopring loopring
  lsk-lisk lisk
  ltc-litecoin litecoin
  luna-terra-v2 terra-luna-2
  mana-decentraland decentraland
  matic-polygon matic-network
  mina-mina-protocol mina-protocol
  miota-iota iota
  mkr-maker maker
  mnt-mantle mantle
  near-near-protocol near
  neo-neo neo
  nexo-nexo nexo
  ocean-ocean-protocol ocean-protocol
  okb-okb okb
  ont-ontology ontology
  op-optimism optimism
  paxg-pax-gold pax-gold
  pepe-pepe pepe
  qnt-quant quant-network
  qtum-qtum qtum
  rlc-iexec-rlc iexec-rlc
  rndr-render-token render-token
  rose-oasis-network oasis-network
  rpl-rocket-pool rocket-pool
  rune-thorchain thorchain
  rvn-ravencoin ravencoin
  sand-the-sandbox the-sandbox
  sc-siacoin siacoin
  sei-sei sei-network
  shib-shiba-inu shiba-inu
  skl-skale skale
  snx-synthetix-network-token havven
  sol-solana solana
  steth-lido-staked-ether staked-ether
  storj-storj storj
  stx-stacks blockstack
  sui-sui sui
  sushi-sushi sushi
  tao-bittensor bittensor
  tfuel-theta-fuel theta-fuel
  theta-theta-token theta-token
  tia-celestia celestia
  ton-toncoin the-open-network
  trx-tron tron
  tusd-trueusd true-usd
  twt-trust-wallet-token trust-wallet-token
  uma-uma uma
  uni-uniswap uniswap
  usdc-usd-coin usd-coin
  usdp-paxos-standard-token paxos-standard
  usdt-tether tether
  vet-vechain vechain
  waves-waves waves
  wbtc-wrapped-bitcoin wrapped-bitcoin
  xaut-tether-gold tether-gold
  xdc-xdc-network xdce-crowd-sale
  xec-ecash ecash
  xem-nem nem
  xlm-stellar stellar
  xmr-monero monero
  xno-nano nano
  xrp-xrp ripple
  xtz-tezos tezos
  yfi-yearnfinance yearn-finance
  zec-zcash zcash
  zil-zilliqa zilliqa
  zrx-0x 0x
`;

/** CoinPaprika's id → CoinGecko's id. */
export const coinGeckoIds: ReadonlyMap<string, string> = new Map(
  pairs
    .trim()
    .split("\n")
    .map((line): [string, string] => {
      const [coinPaprika = "", coinGecko = ""] = line.trim().split(" ");
      return [coinPaprika, coinGecko];
    }),
);
