import { describe, expect, it } from 'vitest';
import { clipMetadata, resamplingOf } from '../../../processors/cog/metadata.ts';
import { TAG } from '../../../processors/cog/tiff.tags.ts';
import { makeTextTag } from '../../../processors/cog/tiff.values.ts';

const tagOf = (xml: string) => makeTextTag(TAG.gdalMetadata, xml);
const wrapped = (...items: string[]): string =>
  `<GDALMetadata>\n${items.map((item) => `  ${item}\n`).join('')}</GDALMetadata>\n`;
const mean = '<Item name="STATISTICS_MEAN" sample="0">12.5</Item>';
const scale = '<Item name="SCALE" sample="0" role="scale">0.5</Item>';
const unit = '<Item name="UNITTYPE" sample="0" role="unittype">m &gt; n</Item>';
const resampling = '<Item name="OVERVIEW_RESAMPLING">CUBIC</Item>';

describe('metadata of a clip', () => {
  it.each([
    ['nothing is stale', wrapped(scale, unit), wrapped(scale, unit)],
    ['statistics between others', wrapped(scale, mean, unit), wrapped(scale, unit)],
    ['statistics first and last', wrapped(mean, scale, mean), wrapped(scale)],
    ['statistics only', wrapped(mean, mean), ''],
    ['no item', '<GDALMetadata></GDALMetadata>', ''],
    ['nothing', '', ''],
    ['single quotes, and > in quotes', wrapped("<Item sample='>' name='STATISTICS_X'>1</Item>", scale), wrapped(scale)],
    ['an empty item', wrapped('<Item name="STATISTICS_X"/>', '<Item name="A"/>'), wrapped('<Item name="A"/>')],
    [
      'a text that is not UTF-8',
      wrapped(mean, '<Item name="A">b\xe4nd</Item>'),
      wrapped('<Item name="A">b\xe4nd</Item>'),
    ],
    [
      'an item of another name',
      wrapped('<Item name="MY_STATISTICS_X">1</Item>'),
      wrapped('<Item name="MY_STATISTICS_X">1</Item>'),
    ],
  ])('%s', (_name, xml, kept) => expect(clipMetadata(tagOf(xml))).toBe(kept));

  it.each([
    ['said', wrapped(scale, resampling), 'cubic'],
    ['said by older versions', wrapped('<Item name="OVR_RESAMPLING_ALG"> AVERAGE </Item>'), 'average'],
    ['not said', wrapped(scale), null],
    ['without text', '', null],
  ])('the resampling of overviews, %s', (_name, xml, found) => expect(resamplingOf(tagOf(xml))).toBe(found));
});

describe('a hostile text of 4 MiB takes no longer than to read it', () => {
  const long = (part: string): string => part.repeat(Math.floor((4 << 20) / part.length));
  it.each([
    ['items that do not end', long('<Item name="STATISTICS_X" ')],
    ['items without a closing tag', long('<Item name="STATISTICS_X">')],
    ['a name that does not end', `<Item name="STATISTICS_${long(' ')}`],
    ['spaces', long(' ')],
    ['quotes', `<Item ${long('"')}`],
    ['names', `<Item ${long(' name=')}>`],
    ['beginnings', long('<Item')],
  ])('%s', (_name, xml) => {
    expect(['', xml]).toContain(clipMetadata(tagOf(xml)));
    expect(resamplingOf(tagOf(xml))).toBeNull();
  });
});
