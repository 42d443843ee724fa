// As much HTML as forms need.

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'", '#x27': "'" };

function unescape(text) {
  return text.replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all);
}

function attributesOf(tag) {
  const attributes = {};
  for (const [, name, quoted, single, bare] of tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
    attributes[name.toLowerCase()] = unescape(quoted ?? single ?? bare ?? '');
  }
  return attributes;
}

/** The first form that is sent by POST: its action, fields as a browser would send them untouched, and buttons. */
export function firstForm(html) {
  for (const [, head, content] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    const form = attributesOf(head);
    if ((form.method ?? 'get').toLowerCase() !== 'post') continue;
    const inputs = [...content.matchAll(/<input\b([^>]*)>/gi)].map(([, tag]) => attributesOf(tag));
    return {
      action: form.action,
      fields: inputs.filter((input) => input.name && input.type !== 'submit').map(fieldOf),
      buttons: [...content.matchAll(/<button\b([^>]*)>/gi)].map(([, tag]) => attributesOf(tag)),
    };
  }
  return null;
}

function fieldOf(input) {
  const type = input.type ?? 'text';
  const optional = type === 'checkbox' || type === 'radio';
  return { name: input.name, type, value: input.value ?? (optional ? 'on' : ''), sent: !optional || 'checked' in input };
}

export function titleOf(html) {
  return /<title>([^<]*)/i.exec(html)?.[1].trim() ?? '';
}
