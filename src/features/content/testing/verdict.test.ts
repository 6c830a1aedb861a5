import { describe, expect, test } from 'vitest'
import { fail, failedToGrade, negate, pass, skip } from './grade.ts'
import { verdictOf } from './verdict.ts'

const ok = { grade: pass('ok'), weight: 1 }
const bad = { grade: fail('bad'), weight: 1 }
const broken = { grade: failedToGrade('the grader is down'), weight: 1 }
const skipped = { grade: skip('no model'), weight: 1 }
const heavy = <Each extends { weight: number }>(each: Each, weight: number) => ({ ...each, weight })

describe('without a threshold', () => {
  test.each([
    ['all of them have to pass', [ok, ok], 'PASS', 1],
    ['one that fails is enough', [ok, bad], 'FAIL', 0.5],
    ['an error is no failure', [ok, broken], 'ERROR', null],
    ['but it does not hide one', [bad, broken], 'FAIL', null],
    ['what is skipped counts for nothing', [ok, skipped], 'PASS', 1],
    ['and nothing else than that is a skip', [skipped], 'SKIP', null],
    ['weight 0 is looked at and never fails', [ok, heavy(bad, 0)], 'PASS', 1],
    ['nor does an error of weight 0 count', [ok, heavy(broken, 0)], 'PASS', 1],
  ])('%s', (_, grades, status, score) => {
    expect(verdictOf(grades)).toEqual({ status, score })
  })
})

describe('with a threshold the weighted score decides', () => {
  test.each([
    ['a third is below a half', [heavy(bad, 2), ok], 0.5, 'FAIL'],
    ['two thirds are above it', [heavy(ok, 2), bad], 0.5, 'PASS'],
    ['just so is enough', [ok, bad], 0.5, 'PASS'],
    ['0 passes whatever fails', [bad], 0, 'PASS'],
    ['an error that could not turn it leaves it passed', [heavy(ok, 3), broken], 0.5, 'PASS'],
    ['an error that could not save it leaves it failed', [heavy(bad, 3), broken], 0.5, 'FAIL'],
    ['an error that could turn it is an error', [ok, broken], 0.9, 'ERROR'],
    ['what is skipped has no share', [ok, skipped], 1, 'PASS'],
  ])('%s', (_, grades, threshold, status) => {
    expect(verdictOf(grades, threshold).status).toBe(status)
  })
})

test('the opposite of a failure passes, and the opposite of unknown stays unknown', () => {
  expect(negate(fail('lacks it', 0.25))).toEqual({ status: 'PASS', score: 0.75, reason: 'lacks it' })
  expect(negate(pass('has it'))).toEqual({ status: 'FAIL', score: 0, reason: 'has it' })
  expect(negate(broken.grade)).toEqual(broken.grade)
  expect(negate(skipped.grade)).toEqual(skipped.grade)
})
