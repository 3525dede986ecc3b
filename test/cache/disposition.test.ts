import { describe, expect, test } from 'vitest';
import { contentDisposition } from '../../cache/disposition.ts';

describe('contentDisposition', () => {
  test.each<[string, string, string]>([
    ['a plain name', 'relief-1.0-ken.tif', 'attachment; filename="relief-1.0-ken.tif"'],
    ['a bounding box', 'relief-1.0-bbox:-1.5,2,3,4.tif', 'attachment; filename="relief-1.0-bbox:-1.5,2,3,4.tif"'],
    ['spaces', 'a b.tif', 'attachment; filename="a b.tif"'],
    [
      'other scripts',
      'Åland 日本.fgb',
      `attachment; filename="_land __.fgb"; filename*=UTF-8''%C3%85land%20%E6%97%A5%E6%9C%AC.fgb`,
    ],
    ['a character of two code units', '🌍.tif', `attachment; filename="_.tif"; filename*=UTF-8''%F0%9F%8C%8D.tif`],
    ['half a character', 'a\ud83c.tif', `attachment; filename="a_.tif"; filename*=UTF-8''a%EF%BF%BD.tif`],
    ['quotes', 'a"b.tif', `attachment; filename="a_b.tif"; filename*=UTF-8''a%22b.tif`],
    ['a percent sign', '50%25.tif', `attachment; filename="50_25.tif"; filename*=UTF-8''50%2525.tif`],
    [
      'what URLs keep and RFC 8187 does not',
      "é'(*).tif",
      `attachment; filename="_'(*).tif"; filename*=UTF-8''%C3%A9%27%28%2A%29.tif`,
    ],
    ['a header of its own', 'a\r\nSet-Cookie: x=1', 'attachment; filename="aSet-Cookie: x=1"'],
    ['NUL, tab and other controls', 'a\0\t\u007f\u0085b.tif', 'attachment; filename="ab.tif"'],
    ['slashes', '../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['backslashes', '..\\..\\a.tif', 'attachment; filename=".._.._a.tif"'],
    ['text turned round', 'a\u202efit.exe', 'attachment; filename="afit.exe"'],
    ['nothing', '', 'attachment; filename="download"'],
    ['the parent folder', '..', 'attachment; filename="download"'],
    ['nothing that is safe', '\r\n', 'attachment; filename="download"'],
  ])('%s', (_, name, expected) => {
    expect(contentDisposition(name)).toBe(expected);
  });

  test('inline', () => {
    expect(contentDisposition('a.json', 'inline')).toBe('inline; filename="a.json"');
  });

  test('is always a valid header value', () => {
    for (let code = 0; code < 0x3000; code += 1) {
      const value = contentDisposition(`a${String.fromCharCode(code)}b`);
      expect(value).toMatch(
        /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]+"(; filename\*=UTF-8''[\w!#$&+\-.^`|~%]+)?$/,
      );
    }
  });
});
