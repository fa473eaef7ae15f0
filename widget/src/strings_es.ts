// The interface in Spanish. The assistant itself understands only English, and this says so.
import type { Strings } from "./strings";

export const spanish: Strings = {
  launcher: "¿Dolor de piernas?",
  launcherAlarm: "Importante. Abra el chat",
  unread: (count) => (count === 1 ? "1 mensaje nuevo" : `${count} mensajes nuevos`),
  title: "Asistente del dolor de piernas",
  about:
    "Puedo explicar por qué duelen las piernas después de caminar, qué ayuda y cuándo ver a " +
    "alguien. Soy un programa. Doy información general, no un diagnóstico.",
  emergency: "**No es para emergencias.** Si esto puede ser una, llame al [911](tel:911).",
  emergencyShort: "En una emergencia, llame al [911](tel:911).",
  clinicPhone: "Llame a la clínica",
  clinicNumber: (phone, link) => `a la clínica al [${phone}](${link})`,
  clinicNoNumber: "a la clínica (su número está en su sitio web)",
  privacyTitle: "Su privacidad",
  privacy:
    "Lo que escribe llega solo al asistente de esta clínica. No cuente de usted más de lo " +
    "necesario. Puede borrar este chat cuando quiera.",
  onlyEnglish: "El asistente solo entiende inglés.",
  starters: ["Causas comunes", "Revisar mi dolor", "Pedir una cita"],
  log: "Conversación",
  you: "Usted",
  assistant: "Asistente",
  message: "Su mensaje",
  placeholder: "Escriba en inglés",
  answer: "Escriba su respuesta",
  tel: "Su número de teléfono",
  email: "Su correo electrónico",
  send: "Enviar",
  tooLong: (over) => `Hágalo más corto: sobran ${over} caracteres.`,
  left: (count) => `Quedan ${count} caracteres`,
  typing: "El asistente está escribiendo",
  minimize: "Minimizar el chat",
  menu: "Menú",
  startOver: "Empezar de nuevo",
  print: "Imprimir este chat",
  save: "Guardar como texto",
  soundOn: "Sin sonido: activarlo",
  soundOff: "Con sonido: apagarlo",
  forget: "Borrar este chat",
  forgetAsk: "¿Borrar este chat aquí y en el asistente de la clínica? No se puede deshacer.",
  forgetYes: "Borrar",
  forgetNo: "Conservar",
  step: (step, of) => `Pregunta ${step} de ${of}`,
  pickMany: "Marque todo lo que sea cierto",
  pickOne: "Marque al menos una o escriba su respuesta.",
  pickDone: "Listo",
  pickDay: "Elija un día",
  useDay: "Usar este día",
  more: "Más sobre esto",
  choices: "Opciones",
  alertEmergency: "Esto puede ser una emergencia",
  alertLifeline: "No está solo. Hay ayuda de día y de noche.",
  alertUrgent: "Busque atención pronto, no espere",
  alertSoon: "Pida una cita",
  call: (number) => `Llamar al ${number}`,
  text988: "Texto al 988",
  aspects: {
    overview: "Qué es",
    symptoms: "Señales",
    causes: "Por qué ocurre",
    self_care: "En casa",
    treatment: "En la clínica",
    recovery: "Cuánto tarda",
    prevention: "Cómo prevenirlo",
    when_to_see_someone: "Cuándo preocuparse",
    compare: "Comparación",
  },
  causes: "Qué puede ser",
  confirm: "Revise, por favor",
  leadSaved: "Solicitud enviada",
  leadCancelled: "No se envió ninguna solicitud",
  leadFailed: "La solicitud no se envió",
  reference: "Referencia",
  empty: "Lo siento, ahora no tengo respuesta. Pruebe con otras palabras o llame {call}.",
  newChat: "Este es un chat nuevo. No veo lo dicho antes: cuente otra vez lo que importa.",
  deleted: "El chat se borró.",
  notDeleted: "No se pudo borrar el chat. Pruebe en un minuto o llame {call}.",
  down:
    "Ahora no puedo comunicarme con el asistente. Puede llamar {call}. En una emergencia, llame " +
    "al [911](tel:911).",
  trouble: {
    offline:
      "No tiene conexión. Su mensaje está guardado y saldrá cuando vuelva. En una emergencia, " +
      "llame al [911](tel:911).",
    unreachable:
      "No alcanzo al asistente. Su mensaje está guardado y sigo intentando. Puede llamar {call}. " +
      "En una emergencia, llame al [911](tel:911).",
    busy:
      "El asistente está iniciando o muy ocupado. Su mensaje está guardado y sigo intentando. " +
      "Puede llamar {call}. En una emergencia, llame al [911](tel:911).",
    limited:
      "Fueron muchos mensajes. El suyo está guardado y saldrá en un momento. En una emergencia, " +
      "llame al [911](tel:911).",
  },
  tryNow: "Probar ahora",
  failed: {
    broken:
      "Este mensaje quedó sin respuesta: algo falló de nuestro lado. Pruebe de nuevo o llame " +
      "{call}. En una emergencia, llame al [911](tel:911).",
    refused:
      "Este mensaje no se pudo enviar. Escríbalo de otra forma o llame {call}. En una " +
      "emergencia, llame al [911](tel:911).",
    payload_not_offered: "Esa opción ya no está abierta. Escriba su respuesta.",
    too_long: "Este mensaje es muy largo. Envíelo en dos partes.",
  },
  tryAgain: "Probar de nuevo",
  transcript: (clinic, date) => `Chat con el asistente del dolor de piernas de ${clinic}, ${date}`,
  transcriptNote:
    "Información general de un programa, no un diagnóstico. En una emergencia llame al 911.",
  ourClinic: "la clínica",
};
