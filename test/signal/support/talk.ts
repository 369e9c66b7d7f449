import type { Random } from './random.js';

/**
 * What people say on an office's telephone, in twelve languages; the key is espeak-ng's voice. `#` is a number of one to
 * four digits, `%` a telephone number spoken digit by digit. Japanese is in kana: the synthesizer reads no kanji.
 */
const TALK: Readonly<Record<string, readonly string[]>> = {
  ja: [
    'おでんわありがとうございます。やまだしょうじでございます。',
    'おせわになっております。さきほどのけんですが、らいしゅうのかようびでよろしいでしょうか。',
    'はい、しょうしょうおまちください。たんとうのものにかわります。',
    'ちゅうもんばんごうは # です。',
    'でんわばんごうは % です。くりかえします、% です。',
    'すみません、もういちどおねがいします。すこしとおいようです。',
    'こんげつのせいきゅうしょは # えんになります。',
    'あめがふっているので、はいたつはごごになるとおもいます。',
    'いいえ、それはちがいます。うえからさんばんめのたなです。',
    'わかりました。では、しつれいいたします。',
  ],
  en: [
    'Good morning, this is the front desk, how may I help you?',
    'I ordered # boxes of paper last Tuesday and only half of them arrived.',
    'Could you hold the line for a moment, please? I will ask my colleague.',
    'The number is %. I repeat, %.',
    'No, no, the blue one, the one we saw at the fair.',
    'Your reference is # and the total comes to # dollars.',
    'We are sorry, all our lines are busy; please try again later.',
    'Well, you know how it is, they always say so and then nothing happens.',
    'Who is calling? Oh, Anna! How was the journey?',
    'All right then, see you on the # th. Goodbye.',
  ],
  de: [
    'Guten Tag, Sie sprechen mit der Werkstatt, was kann ich für Sie tun?',
    'Die Lieferung über # Stück ist leider noch nicht eingetroffen.',
    'Meine Nummer lautet %, bitte rufen Sie zurück.',
    'Einen Augenblick bitte, ich verbinde Sie mit der Buchhaltung.',
    'Über die Brücke, dann rechts, und am Bahnhof vorbei.',
    'Das macht zusammen # Euro und # Cent.',
    'Ja, ja, genau so hatten wir es doch besprochen.',
    'Könnten Sie das bitte wiederholen? Die Leitung rauscht ein wenig.',
    'Ach, wie schön, dass du anrufst! Wie geht es den Kindern?',
    'Auf Wiederhören und einen schönen Abend.',
  ],
  fr: [
    'Bonjour, ici le cabinet, que puis-je faire pour vous ?',
    'Votre commande numéro # est partie hier soir.',
    'Je vous donne le numéro : %.',
    'Ne quittez pas, je vous passe la comptabilité.',
    'Il pleut depuis lundi, le chantier est arrêté.',
    'Cela fait # euros, payables à la fin du mois.',
    'Oui, oui, bien sûr, nous serons là vers onze heures.',
    'Pardon, je vous entends très mal, pouvez-vous répéter ?',
    'Un peu plus haut, à gauche du feu, la maison jaune.',
    'Merci beaucoup, bonne journée, au revoir.',
  ],
  es: [
    'Buenos días, ha llamado a la oficina, ¿en qué puedo ayudarle?',
    'Necesitamos # cajas de tornillos antes del viernes.',
    'Apunte, por favor: %.',
    'Espere un momento, ahora le paso con el taller.',
    'La reunión es a las # en la sala grande.',
    'Serían # euros, con el transporte incluido.',
    'No, mujer, eso fue el año pasado, cuando llovía tanto.',
    'Perdone, ¿me lo puede repetir más despacio?',
    'Claro que sí, mañana mismo se lo enviamos.',
    'Muchas gracias, hasta luego.',
  ],
  cmn: [
    '您好,这里是前台,请问有什么可以帮您?',
    '我的电话号码是 %,请您记一下。',
    '上个星期订的货还没有到,一共是 # 箱。',
    '请稍等,我帮您转到财务。',
    '明天下午三点开会,不要忘了带合同。',
    '这个月的费用是 # 元。',
    '对不起,我听不清楚,请再说一遍。',
    '他们说今天下雨,可能要晚一点才能送到。',
    '好的好的,那就这样,我们下次再谈。',
    '谢谢,再见。',
  ],
  ko: [
    '안녕하세요, 사무실입니다. 무엇을 도와드릴까요?',
    '지난주에 주문한 물건이 아직 오지 않았습니다. 모두 # 개입니다.',
    '전화번호는 % 입니다. 다시 말씀드리겠습니다.',
    '잠시만 기다려 주세요. 담당자를 바꿔 드리겠습니다.',
    '이번 달 청구 금액은 # 원입니다.',
    '비가 많이 와서 배달이 조금 늦을 것 같아요.',
    '죄송하지만 잘 안 들려요. 한 번 더 말씀해 주세요.',
    '네, 네, 알겠습니다. 내일 아침에 뵙겠습니다.',
    '그건 아니고요, 위에서 세 번째 칸에 있어요.',
    '감사합니다. 안녕히 계세요.',
  ],
  hi: [
    'नमस्ते, यह दफ़्तर है, मैं आपकी क्या मदद कर सकता हूँ?',
    'मेरा नंबर % है, कृपया लिख लीजिए।',
    'पिछले हफ़्ते के # डिब्बे अभी तक नहीं आए।',
    'एक मिनट रुकिए, मैं उनसे पूछता हूँ।',
    'कुल मिलाकर # रुपये हुए।',
    'आज बारिश हो रही है, इसलिए गाड़ी देर से आएगी।',
    'माफ़ कीजिए, आवाज़ साफ़ नहीं आ रही, फिर से बोलिए।',
    'हाँ हाँ, ठीक है, कल सुबह मिलते हैं।',
    'नहीं, वह नहीं, ऊपर वाली अलमारी में देखो।',
    'धन्यवाद, फिर बात करेंगे।',
  ],
  pt: [
    'Bom dia, fala da oficina, em que posso ajudar?',
    'A encomenda número # ainda não chegou.',
    'O meu telefone é %, pode anotar?',
    'Só um momento, vou passar a chamada.',
    'São # euros, com desconto incluído.',
    'Choveu a noite toda e a estrada está fechada.',
    'Desculpe, não ouvi bem, pode repetir?',
    'Pois, pois, então amanhã às nove em ponto.',
    'Não, o outro, o que está em cima da mesa.',
    'Muito obrigado, até logo.',
  ],
  ru: [
    'Добрый день, вы позвонили в контору, чем могу помочь?',
    'Заказ номер # ещё не пришёл, мы ждём уже неделю.',
    'Запишите, пожалуйста: %.',
    'Одну минуту, я соединю вас с бухгалтерией.',
    'Всего получается # рублей.',
    'У нас второй день идёт дождь, машина задержится.',
    'Извините, очень плохо слышно, повторите, пожалуйста.',
    'Да, да, конечно, встретимся завтра утром.',
    'Нет, не этот, а тот, который стоит на верхней полке.',
    'Спасибо большое, до свидания.',
  ],
  it: [
    'Buongiorno, qui è lo studio, in che cosa posso esserle utile?',
    'Il pacco numero # è arrivato rotto.',
    'Le lascio il mio numero: %.',
    'Attenda in linea, le passo subito il magazzino.',
    'In tutto sono # euro, spedizione compresa.',
    'Piove da tre giorni e il camion non parte.',
    'Scusi, non sento bene, può ripetere?',
    'Ma sì, certo, ci vediamo domani alle undici.',
    'No, quello sopra, vicino alla finestra.',
    'Grazie mille, arrivederci.',
  ],
  tr: [
    'Günaydın, burası ofis, size nasıl yardımcı olabilirim?',
    '# kutu kağıt sipariş etmiştik, yarısı geldi.',
    'Numaram %, lütfen not edin.',
    'Bir dakika bekleyin, sizi muhasebeye bağlıyorum.',
    'Toplam # lira tutuyor.',
    'Yağmur yüzünden kamyon biraz gecikecek.',
    'Kusura bakmayın, ses çok az geliyor, tekrar eder misiniz?',
    'Evet, evet, yarın sabah görüşürüz.',
    'Hayır, o değil, üstteki rafta duran.',
    'Çok teşekkürler, hoşça kalın.',
  ],
};

export const LANGUAGES: readonly string[] = Object.keys(TALK);

/** `count` sentences in a language, in any order, with fresh numbers. */
export function talk(language: string, count: number, random: Random): string {
  const sentences = TALK[language] ?? [];
  const one = (): string =>
    random
      .pick(sentences)
      .replace(/#/g, () => String(random.int(2, 10 ** random.int(1, 4))))
      .replace(/%/g, () => [...random.digits(random.int(7, 11))].join(' '));
  return Array.from({ length: count }, one).join('\n');
}
