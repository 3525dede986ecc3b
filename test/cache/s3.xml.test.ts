import { describe, expect, test } from 'vitest';
import { escapeXml, xmlElements, xmlText } from '../../cache/s3.xml.ts';

describe('xmlText', () => {
  test.each<[string, string, string | null]>([
    ['text', '<A><Key>a/b</Key></A>', 'a/b'],
    ['named entities', '<Key>&lt;&amp;&gt;&quot;&apos;</Key>', `<&>"'`],
    ['numbered entities', '<Key>&#233;&#xE9;&#x1F30D;</Key>', 'éé🌍'],
    ['an entity is resolved once', '<Key>&amp;lt;</Key>', '&lt;'],
    ['an unknown entity stays', '<Key>&nbsp;</Key>', '&nbsp;'],
    ['a number that is no character stays', '<Key>&#x110000;</Key>', '&#x110000;'],
    ['no content', '<Key></Key>', ''],
    ['an empty element', '<Key/>', ''],
    ['attributes', '<Key xmlns="http://s3.example/">a</Key>', 'a'],
    ['a longer name is another one', '<Keys>b</Keys><Key>a</Key>', 'a'],
    ['the first of several', '<Key>a</Key><Key>b</Key>', 'a'],
    ['white space is kept', '<Key> a </Key>', ' a '],
    ['not there', '<Name>a</Name>', null],
    ['not closed', '<Key>a', null],
  ])('%s', (_, xml, expected) => {
    expect(xmlText(xml, 'Key')).toBe(expected);
  });
});

test('xmlElements gives each in order', () => {
  const xml = '<L><C><K>1</K></C>\n<C><K>2</K></C><C/></L>';
  expect([...xmlElements(xml, 'C')]).toEqual(['<K>1</K>', '<K>2</K>', '']);
});

test('escapeXml and back', () => {
  const text = `a<b>&"c'&amp;`;
  expect(xmlText(`<K>${escapeXml(text)}</K>`, 'K')).toBe(text);
});
