/** What sample posts are made of, by language. */
export const languages = [
  {
    code: "en",
    openings: ["Watching", "Bought some", "Selling my", "=Not advice, but", "Why does nobody talk about"],
    endings: [
      "today.",
      "before the weekend?",
      "— finally 🚀",
      "\nlong thread below\n1/n",
      'again, "as planned"',
    ],
    tags: ["#crypto", "#Trading", "#markets2026"],
  },
  {
    code: "de",
    openings: ["Heute früh gekauft:", "Wer hält noch", "Ausstieg aus"],
    endings: ["(über alles stabil)", "vor dem Wochenende", "– Geduld."],
    tags: ["#Börse", "#Krypto"],
  },
  {
    code: "es",
    openings: ["Sigo mirando", "Compré un poco de", "¿Por qué sube"],
    endings: ["hoy.", "antes del fin de semana", "otra vez, «como estaba previsto»"],
    tags: ["#año2026", "#niño", "#mercados"],
  },
  {
    code: "ja",
    openings: ["今日の", "また"],
    endings: ["が動いた", "を買いました"],
    tags: ["#仮想通貨"],
  },
] as const;
export const topics = ["bitcoin", "ethereum", "solana", "dogecoin", "NFLX"] as const;
